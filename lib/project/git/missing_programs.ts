/**
 * What the configuration of a repository and of its user has git run or read, and a box does not have: hooks, filters, keys, files at
 * paths of the host. Git says nothing of most of it, and commits other content or skips a guard.
 *
 * @module
 */

import { absolutePath, normalPath } from "../../host/path.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { isWithin } from "../layout.ts";
import { GitDir, LINK_BYTES, linkIn, Unclear } from "./dir.ts";

/** Keys in lower case and values, in the order in which git reads them. */
export type Entries = readonly (readonly [key: string, value: string])[];

/** A repository, and who works with it. */
export interface Configured {
  readonly dir: GitDir;
  readonly user: { readonly home: string; readonly configHome: string };
  /** The repository's own configuration. */
  readonly own: Entries;
  /** The user's, and the system's. */
  readonly users: Entries;
  /** Whether the box has the folder at its path on the host. */
  readonly atHost: boolean;
}

const MAX_NAMES = 6;
const MAX_FOLDERS = 200;
const MAX_SUBMODULES = 64;
/** Keys of a repository's configuration that name a file. Hooks are looked at apart. */
const FILES =
  /^(core\.(excludesfile|attributesfile)|include\.path|includeif\..*\.path|commit\.template|mailmap\.file|blame\.ignorerevsfile|gpg\.ssh\.allowedsignersfile|http\.(.*\.)?(sslcainfo|sslcert|sslkey|cookiefile))$/s;

/** One sentence or two for each. Throws {@link Unclear}. */
export async function missingPrograms(given: Configured): Promise<readonly string[]> {
  return [
    ...hooks(given),
    ...await linkedHooks(given),
    ...filters(given),
    ...signing(given),
    ...files(given),
    ...await submodules(given),
  ];
}

function valueOf(config: Entries, key: string): string | undefined {
  return config.findLast(([name]) => name === key)?.[1];
}

/** Where a value leads on the host. */
function placeOf({ dir, user }: Configured, value: string): string {
  return normalPath(
    value.startsWith("~/") ? `${user.home}/${value.slice(2)}` : absolutePath(value, dir.folder),
  );
}

/** Whether the box has at that path what is there on the host. */
function isInBox({ dir, atHost }: Configured, value: string): boolean {
  if (/^(~|\/)/.test(value)) return atHost && isWithin(normalPath(value), dir.folder);
  return isWithin(normalPath(absolutePath(value, dir.folder)), dir.folder);
}

function hooks(given: Configured): string[] {
  const own = valueOf(given.own, "core.hookspath");
  const path = own ?? valueOf(given.users, "core.hookspath");
  if (path === undefined || path === "" || path === "/dev/null") return [];
  // The user's own configuration names them, which the box gets nothing of that runs.
  if (own !== undefined && isInBox(given, own)) return [];
  const place = placeOf(given, path);
  const relative = isWithin(place, given.dir.folder) ? place.slice(given.dir.folder.length + 1) : "";
  return [
    `The hooks in ${shellQuote(place)} (core.hooksPath) do not run in the box.${
      relative === "" ? "" : ` To have them run: git config core.hooksPath ${shellQuote(relative)}`
    }`,
  ];
}

/** Hooks that are links to somewhere else: git passes over what leads nowhere. */
async function linkedHooks({ dir, own, users }: Configured): Promise<string[]> {
  if (dir.form !== "repository" || valueOf([...users, ...own], "core.hookspath")) return [];
  const out: string[] = [];
  for (const { name, kind } of dir.common.list("hooks", MAX_FOLDERS)) {
    if (kind !== "symlink" || name.endsWith(".sample")) continue;
    const real = await Deno.realPath(`${dir.path}/hooks/${name}`).catch(() => undefined);
    if (real !== undefined && !isWithin(real, dir.folder)) out.push(name);
  }
  if (out.length === 0) return [];
  return [
    `The ${out.length === 1 ? "hook" : "hooks"} ${enumerated(out.slice(0, MAX_NAMES).map(shellQuote))} ${
      out.length === 1 ? "does" : "do"
    } not run in the box: ${out.length === 1 ? "it leads" : "they lead"} out of the project.`,
  ];
}

/** Filters that attributes name and some configuration defines. */
function filters(given: Configured): string[] {
  const { own, users } = given;
  const defined = new Set(
    [...users, ...own].flatMap(([key]) => /^filter\.(.*)\.(?:clean|smudge|process)$/s.exec(key)?.[1] ?? []),
  );
  if (defined.size === 0) return [];
  const named = attributes(given).flatMap((text) =>
    [...text.matchAll(/(?<=\sfilter=)[^\s]+/g)].map(([name]) => name)
  );
  const used = [...new Set(named)].filter((name) => defined.has(name));
  if (used.length === 0) return [];
  const names = enumerated(used.slice(0, MAX_NAMES).map(shellQuote));
  return [
    `Files with the ${
      used.length === 1 ? "filter" : "filters"
    } ${names} (.gitattributes) are taken in the box as they ` +
    `are, unless the filter's program is installed and set up there${
      used.includes("lfs") ? ": git lfs install" : ""
    }.`,
  ];
}

/** The texts that give files attributes: at the top, one folder below it, and what is not part of the project. */
function attributes({ dir, own, users, user }: Configured): string[] {
  const { folder } = dir;
  const below = GitDir.folders(folder, MAX_FOLDERS).map((name) => `${name}/.gitattributes`);
  const inProject = [".gitattributes", ...below].flatMap((path) => GitDir.readFile(folder, path) ?? []);
  const file = valueOf([...users, ...own], "core.attributesfile") ?? `${user.configHome}/git/attributes`;
  const full = file.startsWith("~/") ? `${user.home}/${file.slice(2)}` : file;
  const at = full.lastIndexOf("/");
  return [
    ...inProject,
    dir.common.text("info/attributes", LINK_BYTES * 16) ?? "",
    ...full.startsWith("/") ? [usersFile(full.slice(0, at), full.slice(at + 1))] : [],
  ];
}

/** A file of the user's; nothing for what is none. */
function usersFile(folder: string, name: string): string {
  try {
    return GitDir.readFile(folder, name) ?? "";
  } catch {
    return "";
  }
}

function signing({ own, users }: Configured): string[] {
  if (!isOn(valueOf([...users, ...own], "commit.gpgsign"))) return [];
  return [
    isOn(valueOf(own, "commit.gpgsign"))
      ? "git commit fails in the box: this repository asks for signatures, and the box has no key. " +
        "To commit without: git -c commit.gpgsign=false commit"
      : "Commits that are made in the box are not signed, as your key stays here.",
  ];
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|1)$/i.test(value);
}

/** Files that the repository's own configuration names by paths of the host. */
function files(given: Configured): string[] {
  const named = given.own.filter(([key, value]) =>
    FILES.test(key) && value !== "" && /^(~|\/)/.test(value) && value !== "/dev/null" &&
    !isInBox(given, value)
  );
  if (named.length === 0) return [];
  const some = named.slice(0, MAX_NAMES).map(([key, value]) => `${shellQuote(value)} (${key})`);
  return [`The repository's configuration names ${enumerated(some)}, which the box does not have.`];
}

/** Submodules that are checked out and whose data is named by a path of the host. */
async function submodules(given: Configured): Promise<string[]> {
  const { dir } = given;
  const text = GitDir.readFile(dir.folder, ".gitmodules");
  if (text === undefined) return [];
  const { parseGitConfig } = await import("./run.ts");
  const paths = (await parseGitConfig(text) ?? []).flatMap(([key, value]) =>
    /^submodule\..*\.path$/s.test(key) ? [value] : []
  ).slice(0, MAX_SUBMODULES);
  const out = paths.filter((path) => {
    try {
      const link = linkIn(GitDir.readFile(dir.folder, `${path}/.git`) ?? "");
      return link !== undefined && !isInBox(given, link.startsWith("/") ? link : `${path}/${link}`);
    } catch (error) {
      // A folder, a link, or a name that leads elsewhere: the report is about these.
      if (error instanceof Unclear) return false;
      throw error;
    }
  });
  if (out.length === 0) return [];
  const names = enumerated(out.slice(0, MAX_NAMES).map(shellQuote));
  return [
    `git does not work in the box in the ${out.length === 1 ? "submodule" : "submodules"} ${names}: ` +
    "the path of its data is not in the box.",
  ];
}
