/**
 * The limits of a box that runs: what they are, and other ones.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import { SETTINGS } from "../../config/settings/all.ts";
import { valueGiven } from "../../config/settings/given_options.ts";
import { storedForm } from "../../config/value.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { readRun, type RunRecord, writeRun } from "../../run/record.ts";
import { LABEL_RUN } from "../../runtime/labels.ts";
import { withSettings } from "../../session/running_options.ts";
import { boxScope } from "../config/box_scope.ts";
import { setHere } from "../config/change.ts";
import { existingProject } from "./existing_project.ts";
import { runningBox } from "./running_box.ts";

/** The limits there are, by their options. */
const NAMES = ["memory", "cpus", "pids"] as const;
type LimitName = (typeof NAMES)[number];

/** Limits, as texts: `512m`, `1.5`, `none`. */
export type LimitTexts = { readonly [name in LimitName]?: string };

/** What came of it. */
export interface BoxLimits {
  readonly project: Project;
  /** What the box has; absent where that is not known. */
  readonly limits: LimitTexts;
  /** Whether they are kept for later starts. */
  readonly kept: boolean;
}

/** Whether new limits are kept in the settings of the box: `ask` does so where a person is there, and is no where nobody is. */
export type Keep = "keep" | "once" | "ask";

/** The limits of a running box. Throws `no-box` and `not-running`. */
export async function limitsOf(host: Host, word: string | undefined, cwd: string): Promise<BoxLimits> {
  const project = await existingProject(host, word, cwd);
  const { info } = await runningBox(host, project);
  const record = await readRun(project.state);
  const known = record && record.run === info.labels[LABEL_RUN];
  return { project, limits: known ? recorded(record) : {}, kept: false };
}

/**
 * Gives a running box other limits, at once. Throws a usage error for what is no limit, `not-enforced` for one that its engine does not
 * enforce on this host, and `cannot-limit` for one that cannot be changed there.
 */
export async function changeLimits(
  host: Host,
  word: string | undefined,
  cwd: string,
  asked: LimitTexts,
  keep: Keep,
): Promise<BoxLimits> {
  const values = NAMES.flatMap((name) =>
    asked[name] === undefined ? [] : [[name, read(name, asked[name])] as const]
  );
  const project = await existingProject(host, word, cwd);
  const { runtime, info } = await runningBox(host, project);
  for (const [name] of values) assertEnforced(name, project, runtime);
  if (!runtime.limit) {
    throw new KanibakoError("cannot-limit", `${runtime.kind} cannot change the limits of a running box.`);
  }
  const { memory, cpus, pids } = Object.fromEntries(values) as { [name in LimitName]?: number };
  await runtime.limit(info.id, {
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(pids === undefined ? {} : { pids }),
  }).catch((error) => {
    if (!(error instanceof KanibakoError) || error.code !== "cannot-limit") throw error;
    throw new KanibakoError(error.code, error.message, { hint: forNextStart(project, "pids"), cause: error });
  });
  const texts = Object.fromEntries(
    values.map(([name, value]) => [keyOf(name).name, String(storedForm(keyOf(name), value))]),
  );
  const state = boxState(host.dirs, project.id);
  const record = await readRun(state);
  const ours = record && record.run === info.labels[LABEL_RUN] ? withSettings(record, texts) : undefined;
  if (ours) await writeRun(state, ours);
  const kept = keep === "keep" || keep === "ask" && host.ui.attended && await host.ui.confirm({
        text: `Keep ${values.length === 1 ? "this limit" : "these limits"} for later starts of ${
          qualifiedName(project)
        }?`,
      });
  if (kept) {
    const scope = boxScope(host, project);
    for (const [name] of values) await setHere(scope, keyOf(name).name, asked[name]!);
  }
  return { project, limits: ours ? recorded(ours) : asked, kept };
}

function keyOf(name: LimitName) {
  return SETTINGS.named(`box.${name}`);
}

function read(name: LimitName, text: string): number {
  return Number(valueGiven(keyOf(name), `--${name}`, text));
}

function recorded({ has = {} }: RunRecord): LimitTexts {
  return Object.fromEntries(
    NAMES.flatMap((name) => has[`box.${name}`] === undefined ? [] : [[name, has[`box.${name}`]!]]),
  );
}

/** How a limit is set that a running box cannot get. */
function forNextStart(project: Project, name: LimitName): string {
  return `For the next start: kanibako box config ${shellQuote(qualifiedName(project))} ${name}=VALUE`;
}

function assertEnforced(
  name: LimitName,
  project: Project,
  { can, kind }: { readonly can: Can; readonly kind: string },
): void {
  if (can.limits[name] === true) return;
  const what = { memory: "memory", cpus: "processor", pids: "process" }[name];
  throw new KanibakoError(
    "not-enforced",
    name === "pids"
      ? `${kind} cannot change the process limit of a running box on this host.`
      : `${kind} does not enforce a ${what} limit on this host.`,
    {
      hint: [
        "A limit takes cgroup version 2, podman as root, or docker.",
        forNextStart(project, name),
      ].slice(0, name === "pids" ? 2 : 1),
    },
  );
}

type Can = { readonly limits: { readonly [name in LimitName]: boolean | "each-user" } };
