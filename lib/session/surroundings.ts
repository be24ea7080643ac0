/**
 * What programs in a box expect to find as on its user's machine: the time zone, and the user's own rules of git. Copies, made at the
 * start.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { type UserRules, userRules } from "../project/git/user_rules.ts";
import { BOX_IN } from "../spec/box_paths.ts";
import { knownHosts } from "./known_hosts.ts";
import type { HandedFile } from "../spec/box_spec.ts";

/** What is handed in, and the variables that say so. */
export interface Surroundings {
  readonly files: ReadonlyMap<string, HandedFile>;
  readonly env: Readonly<Record<string, string>>;
  /** The keys by which ssh knows hosts. */
  readonly knownHosts: string;
  /** What should be known of it. */
  readonly warning?: string;
}

/** Names in the folder that is handed in. */
export const GIT_CONFIG_FILE = "gitconfig";
const IGNORE = "gitignore";

/** What the box of a project gets. `foreign`: the project is another user's, whose rules are not ours. */
export async function surroundingsOf(
  host: Host,
  project: string,
  foreign: boolean,
): Promise<Surroundings> {
  const zone = timeZone();
  const rules: UserRules = foreign ? { entries: [], ignore: undefined } : await userRules({
    home: host.dirs.home,
    configHome: host.dirs.configHome,
    gitFolder: `${project}/.git`,
    boxFolders: async () => await (await import("../plan/box_folders.ts")).boxFolders(host),
  });
  return {
    knownHosts: await knownHosts(foreign ? undefined : host.dirs.home),
    files: gitFiles(rules),
    ...(rules.warning === undefined ? {} : { warning: rules.warning }),
    env: { GIT_CONFIG_SYSTEM: `${BOX_IN}/${GIT_CONFIG_FILE}`, ...(zone === undefined ? {} : { TZ: zone }) },
  };
}

/** The zone's name, such as `Asia/Kolkata`; `undefined`: it is not known, or UTC, which is the default. */
export function timeZone(link = "/etc/localtime", set = Deno.env.get("TZ")): string | undefined {
  const name = set?.replace(/^:/, "") || linkedZone(link);
  return name !== undefined && /^[A-Z][\w+-]*(\/[\w+-]+){0,2}$/i.test(name) && !/^(Etc\/)?UTC$/.test(name)
    ? name
    : undefined;
}

function linkedZone(link: string): string | undefined {
  try {
    return /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(Deno.readLinkSync(link))?.[1];
  } catch {
    return undefined;
  }
}

/** The rules as the box's system-wide ones: what the box's own user sets counts more. */
function gitFiles({ entries, ignore }: UserRules): ReadonlyMap<string, HandedFile> {
  const files = new Map<string, HandedFile>();
  if (ignore !== undefined) files.set(IGNORE, { content: ignore, mode: 0o644 });
  const lines = [
    // What the rig itself sets.
    ["include.path", "/etc/gitconfig"] as const,
    // Everything that a box sees is for its own git to work in, whoever owns it.
    ["safe.directory", "*"] as const,
    // Worktrees beside the project cannot be seen from here, and are no reason to forget them.
    ["gc.worktreePruneExpire", "never"] as const,
    ...entries,
    ...(ignore === undefined ? [] : [["core.excludesFile", `${BOX_IN}/${IGNORE}`] as const]),
  ];
  files.set(GIT_CONFIG_FILE, { content: gitConfigText(lines), mode: 0o644 });
  return files;
}

/** Entries as git reads them: a key is a section and a name, or a section, what is below it, and a name. */
export function gitConfigText(
  entries: readonly (readonly [
    key: string | readonly [section: string, below: string, name: string],
    value: string,
  ])[],
): string {
  return entries.map(([key, value]) => {
    if (typeof key !== "string") return `[${key[0]} ${quoted(key[1])}]\n\t${key[2]} = ${quoted(value)}\n`;
    const dot = key.indexOf(".");
    return `[${key.slice(0, dot)}]\n\t${key.slice(dot + 1)} = ${quoted(value)}\n`;
  }).join("");
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
}
