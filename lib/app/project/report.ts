/**
 * What a box's sessions left that the user's machine will run, from a look of a session on until now.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { type KeptLook, keptTexts, lookIds, readLook, readPointers, textOf } from "../../report/kept.ts";
import type { Finding, Look } from "../../report/look.ts";
import { lookAt } from "../../report/look_at.ts";
import { reportOf } from "../../report/session.ts";
import { existingProject } from "./existing_project.ts";
import { chooseLook, type LookInfo } from "./report_since.ts";
import { type QuarantinedThing, thingsOf } from "./quarantine.ts";

/** A finding, with what changed in it as text. */
export interface ShownFinding extends Finding {
  /** The lines of a unified comparison. Absent where it was not asked for, and where there is no text to compare: see `noDiff`. */
  readonly diff?: readonly string[];
  /** Why there is no comparison, as a clause. */
  readonly noDiff?: string;
}

/** What a box's sessions left. */
export interface BoxReport {
  /** Whose report it is. */
  readonly project: Project;
  /** The look it begins from. */
  readonly since: LookInfo;
  /** The most dangerous first. */
  readonly findings: readonly ShownFinding[];
  /** Folders in which there is more than was looked at. */
  readonly bounds: readonly string[];
  /** What ends of sessions moved to the quarantine, as `report.protect` asked for, and is there still. The oldest first. */
  readonly quarantined: readonly QuarantinedThing[];
  /** All looks that are kept, the oldest first. */
  readonly looks: readonly LookInfo[];
}

/** What is to be reported. */
export interface ReportOptions {
  /** A look's name or the beginning of it, a time such as `10:12` or `2026-01-31T10:12`, or the name of a snapshot of the vault. */
  readonly since?: string | undefined;
  /** Whether the findings are to have comparisons. */
  readonly diff?: boolean | undefined;
}

/**
 * Looks at the project of `word` or the folder `cwd` now, and compares with the look before its last session, or with the one
 * asked for. Changes nothing. Throws `no-box`, `no-look` where no session has been looked at, and `unknown-look`.
 */
export async function boxReport(
  host: Host,
  word: string | undefined,
  cwd: string,
  options: ReportOptions = {},
): Promise<BoxReport> {
  return await projectReport(host, await existingProject(host, word, cwd), options);
}

/** As {@link boxReport}, for a project that is known. */
export async function projectReport(
  host: Host,
  project: Project,
  options: ReportOptions = {},
): Promise<BoxReport> {
  const { state } = project;
  const looks = (await Promise.all(lookIds(state).map((id) => readLook(state, id)))).filter((look) =>
    look !== undefined
  )
    .sort((one, other) => one.look.at - other.look.at);
  const last = await readPointers(state);
  const infos = looks.map(infoOf);
  const chosen = options.since === undefined
    ? last?.run
    : await chooseLook(host, project, infos, options.since);
  // A start that failed early kept no look: then the session before it was the last.
  const base = looks.find(({ id }) => id === chosen) ??
    (options.since === undefined ? looks.findLast(({ when }) => when === "start") : undefined);
  if (!base) throw noLook(project);
  const { look, contents } = await lookAt(project.path);
  const { findings, bounds } = reportOf(base, "start", look);
  const shown = options.diff ? await withDiffs(state, base.look, look, contents, findings) : findings;
  return {
    project,
    since: infoOf(base),
    findings: shown,
    bounds,
    quarantined: await thingsOf(state),
    looks: infos,
  };
}

function infoOf({ id, when, agent, look: { at } }: KeptLook): LookInfo {
  return { id, atMs: at, when, agent };
}

function noLook(project: Project): KanibakoError {
  const name = shellQuote(qualifiedName(project));
  return new KanibakoError("no-look", `No session of ${qualifiedName(project)} has been looked at.`, {
    hint: [
      `A session is looked at where the setting "report" is not off. To set it: kanibako box config ${name} report=brief`,
      `Start one: kanibako start ${name}`,
    ],
  });
}

async function withDiffs(
  state: string,
  before: Look,
  after: Look,
  contents: ReadonlyMap<string, Uint8Array>,
  findings: readonly Finding[],
): Promise<ShownFinding[]> {
  const [{ unified }, texts] = await Promise.all([
    import("../../vault/compare/unified.ts"),
    keptTexts(state),
  ]);
  const former = (hash: string | undefined) => hash === undefined ? undefined : texts[hash];
  const current = (hash: string | undefined) => {
    const content = hash === undefined ? undefined : contents.get(hash);
    return content ? textOf(content) : former(hash);
  };
  return findings.map((finding) => {
    const { path, change, count, target } = finding;
    if (count !== undefined || target !== undefined) return finding;
    const then = Object.hasOwn(before.seen, path) ? before.seen[path] : undefined;
    const now = Object.hasOwn(after.seen, path) ? after.seen[path] : undefined;
    const [was, is] = [then ? former(then.hash) : "", change === "removed" ? "" : current(now?.hash)];
    if (is === undefined) return { ...finding, noDiff: "its content is not compared" };
    if (was === undefined) return { ...finding, noDiff: "its former content was not kept" };
    const diff = unified(
      was,
      is,
      then ? `a/${path}` : "/dev/null",
      change === "removed" ? "/dev/null" : `b/${path}`,
    );
    return diff.length > 0 ? { ...finding, diff } : { ...finding, noDiff: "its content is the same" };
  });
}
