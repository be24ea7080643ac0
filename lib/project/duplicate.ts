/**
 * Copies a project: its folder, its box's home, settings and vault. The copy has all of its own.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { Workset } from "./membership/members.ts";
import { workspacesFolder } from "./membership/members.ts";
import type { Change } from "./change/step.ts";
import { isWithin } from "./layout.ts";
import { mustExist } from "./move.ts";
import { checkName, isName, slug } from "./names.ts";
import type { Project, ProjectMode } from "./project.ts";
import { checkFolder, defaultName, folderMeant, memberName } from "./relocate/destination.ts";
import { base, type Destination } from "./relocate/places.ts";
import { planRelocation } from "./relocate/plan.ts";

/** What a copy shall be. */
export interface DuplicateOptions {
  readonly cwd: string;
  /** The copy's folder, which must not exist. [default: worked out] */
  readonly path?: string;
  /** [default: the original's mode; of a workset's project, the same workset] */
  readonly mode?: ProjectMode;
  /** Needed where the mode is `workset` and the original's is not. */
  readonly workset?: Workset;
  readonly name?: string;
  /** The box only: the folder may be there, or is made empty. */
  readonly bare?: boolean;
  /** A login that is the original's own is copied too. */
  readonly withCredentials?: boolean;
  /** A word for people. [default: `duplicate`] */
  readonly what?: string;
}

/** Plans a copy. Throws `no-box`, `exists`, `name-taken`, `not-approved` and what forbids the folder. */
export async function planDuplicate(
  host: Host,
  project: Project,
  options: DuplicateOptions,
): Promise<Change> {
  mustExist(project);
  const mode = options.mode ?? (options.workset ? "workset" : project.mode);
  const to = mode === "workset"
    ? await intoWorkset(project, options)
    : await elsewhere(host, project, options, mode);
  const bare = options.bare === true;
  const kind = exists(to.path);
  await checkFolder(host, {
    path: to.path,
    mode,
    project,
    moves: false,
    must: bare && kind ? "folder" : "absent",
  });
  if (isWithin(to.path, project.path)) {
    throw new KanibakoError("nested-project", `Cannot copy ${shellQuote(project.path)} into itself.`);
  }
  return await planRelocation(host, {
    what: options.what ?? "duplicate",
    project,
    to,
    how: "copy",
    workspace: bare ? kind ? "stay" : "empty" : "take",
    withCredentials: options.withCredentials === true,
  });
}

async function intoWorkset(project: Project, options: DuplicateOptions): Promise<Destination> {
  const { workset } = options;
  if (!workset) throw new KanibakoError("no-workset", "A workset is needed. Name it with --workset.");
  const { name: group, root } = workset;
  const place = { name: group, root };
  const path = options.path === undefined ? undefined : await folderMeant(options.path, options.cwd);
  const wanted = options.name ?? (path === undefined ? undefined : slug(base(path))) ??
    freeMember(workset, project.name);
  const name = memberName(workset, wanted);
  const own = `${workspacesFolder(root)}/${name}`;
  return {
    mode: "workset",
    name,
    path: path ?? own,
    workset: place,
    placement: path === undefined || path === own ? "own" : "link",
    sourcePath: path ?? project.path,
  };
}

async function elsewhere(
  host: Host,
  project: Project,
  options: DuplicateOptions,
  mode: "default" | "standalone",
): Promise<Destination> {
  // A copy of a workset's own project goes where the user is: beside it there is only the workset.
  const beside = project.workset && isWithin(project.path, project.workset.root)
    ? `${options.cwd}/${base(project.path)}`
    : project.path;
  const path = options.path === undefined ? freeCopy(beside) : await folderMeant(options.path, options.cwd);
  if (mode === "standalone") {
    const name = options.name ?? slug(base(path));
    checkName(name);
    return { mode, name, path };
  }
  // Its own name, after its own folder: never the original's.
  const like = { ...project, exists: false };
  return { mode, name: await defaultName(host, like, path, options.name), path };
}

/** `app-copy`, `app-copy2`, ... beside a folder. */
function freeCopy(path: string): string {
  for (let number = 1;; number++) {
    const copy = `${path}-copy${number === 1 ? "" : number}`;
    if (!exists(copy)) return copy;
  }
}

function isFree(workset: Workset, name: string): boolean {
  try {
    memberName(workset, name);
    return true;
  } catch {
    return false;
  }
}

function freeMember(workset: Workset, name: string): string {
  for (let number = 0;; number++) {
    const candidate = `${name.slice(0, 50)}${number === 0 ? "" : `-copy${number === 1 ? "" : number}`}`;
    if (!isName(candidate)) continue;
    if (isFree(workset, candidate) && !exists(`${workspacesFolder(workset.root)}/${candidate}`)) {
      return candidate;
    }
  }
}
