/**
 * What a standalone project's own files ask for, in words, and the question whether they may have it.
 *
 * @module
 */

import { MASK } from "../../../spec/mask.ts";
import { approvedTexts, approveTexts, askedFor, type BoxTexts } from "../../../config/approval.ts";
import { NotApproved, readBoxFiles } from "../../../config/box_files.ts";
import { isSecretName } from "../../../config/env.ts";
import { checkedEnv } from "../../../config/env_file.ts";
import { EMPTY, parseConfig } from "../../../config/file.ts";
import { SETTINGS } from "../../../config/settings/all.ts";
import { splitBind } from "../../../config/expression.ts";
import type { Host } from "../../../config/system.ts";
import { Aborted, type KanibakoError } from "../../../host/error.ts";
import { confirm } from "../../../host/ui/prompt.ts";
import { isInteractive, note } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { locateProject } from "../../../project/locate.ts";
import type { Project } from "../../../project/project.ts";

/**
 * Asks whoever sits at the terminal whether the settings that stand in the way of a session may count. Throws the error
 * itself where nobody does, and {@link Aborted} for a no.
 */
export async function askApproval(host: Host, error: KanibakoError): Promise<void> {
  const asks = error instanceof NotApproved && Deno.stdin.isTerminal() && isInteractive();
  if (!asks) throw error;
  await approveShown(host, await locateProject(host, error.place.path));
}

/**
 * Shows what a standalone project asks for and approves exactly what was shown: the files may change while the question
 * stands. `force`: without asking. Returns false when it asks for nothing.
 */
export async function approveShown(host: Host, project: Project, force = false): Promise<boolean> {
  const { state } = host.dirs;
  const files = await readBoxFiles(state, project);
  const asked = askedFor(files.config, files.env);
  if (asked.size === 0) return false;
  const before = await approvedTexts(state, project.path);
  const file = shellQuote(`${project.metadata}/project.toml`);
  note(
    before
      ? `The settings of ${project.name} have changed since you approved them (${file} and env):`
      : `${project.name} brings settings you have not approved on this machine (${file} and env):`,
  );
  for (const line of compare(before && await askedBefore(before, file), asked)) note(`  ${line}`);
  note("A clone, a download or another box may have written them.");
  if (!force && !await confirm("Shall they count?")) throw new Aborted();
  await approveTexts(state, project, files.texts);
  return true;
}

/** What the approved texts asked for; nothing where this version cannot read them. */
async function askedBefore({ settings, env }: BoxTexts, file: string): Promise<ReadonlyMap<string, string>> {
  try {
    return askedFor(
      settings === undefined ? EMPTY : await parseConfig(settings, file, "box"),
      env === undefined ? {} : checkedEnv(env, file),
    );
  } catch {
    return new Map();
  }
}

/** What settings ask for, one line for each key. */
export function askedLines(asked: ReadonlyMap<string, string>): string[] {
  return compare(undefined, asked);
}

/** One line for each key: what it says, what it said, and what that means. */
function compare(
  before: ReadonlyMap<string, string> | undefined,
  now: ReadonlyMap<string, string>,
): string[] {
  const lines = [...now].map(([name, value]) => {
    const was = before?.get(name);
    const change = before === undefined || was === value
      ? was === value && before !== undefined ? " (as before)" : ""
      : was === undefined
      ? " (new)"
      : ` (was ${shown(name, was)})`;
    return `${name} = ${shown(name, value)}${change}: ${meaning(name, value)}`;
  });
  const gone = [...before?.keys() ?? []].filter((name) => !now.has(name));
  return [...lines, ...gone.map((name) => `${name} is no longer set`)];
}

function shown(name: string, value: string): string {
  if (name.startsWith("env.") && isSecretName(name.slice("env.".length))) return MASK;
  return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}...` : value);
}

function meaning(name: string, value: string): string {
  const [, kind] = /\.path\.(share_ro|share_rw|seeded)\./.exec(name) ?? [];
  if (kind !== undefined) {
    if (value === "") return "takes a share or seed of yours away";
    const host = shellQuote(splitBind(value).host);
    return kind === "seeded"
      ? `the box gets a copy of ${host} of this machine`
      : `the box can ${kind === "share_rw" ? "read and change" : "read"} ${host} of this machine`;
  }
  const found = SETTINGS.find(name);
  const text = (found?.kind === "key" ? found.key : found?.map)?.meaning ?? "";
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
