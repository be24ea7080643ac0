/**
 * Which files of a project an agent changed while it worked on a text. A convenience for whoever goes on with them: what a machine runs
 * of a project is reported apart, from its content.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { parentOf } from "../../host/path.ts";
import { walkTree } from "../../host/tree/walk.ts";
import type { Project } from "../../project/project.ts";

/** A project with more files than this is not looked through. */
const MOST_FILES = 300_000;
/** Most files that are named. */
const MOST_NAMED = 1000;

/** A file that is not what it was. */
export interface ChangedFile {
  /** Relative to the project. */
  readonly path: string;
  /** What happened to it. */
  readonly change: "added" | "changed" | "removed";
}

/** The files that are not what they were. */
export interface ChangedFiles {
  /** In the order of their paths; 1000 at most. */
  readonly files: readonly ChangedFile[];
  /** How many there are beyond these. */
  readonly more: number;
}

/** The files of a project at one moment: what tells one from what it may become, by path. */
type Seen = ReadonlyMap<string, string>;

/** A project, as far as it decides what is looked at. */
export type LookedAt = Pick<Project, "path" | "metadata" | "home" | "vault">;

/**
 * Looks through a project. What lies in folders named `.git` is git's own, and what this program keeps in the project is its own:
 * settings, the box's home, the vault with its snapshots. `undefined` where it is too large, or cannot be read.
 */
export function lookAtFiles(project: LookedAt): Seen | undefined {
  const own = ownFolders(project);
  const seen = new Map<string, string>();
  try {
    walkTree(project.path, ({ path, kind, ino, size, mode, mtimeNs, ctimeNs }) => {
      if (kind !== "folder") seen.set(path, `${kind} ${ino} ${size} ${mode} ${mtimeNs} ${ctimeNs}`);
      return kind === "folder" && (isGits(path) || own.includes(path)) ? "skip" : undefined;
    }, { limits: { entries: MOST_FILES }, unreadable: "skip" });
  } catch (error) {
    // What comes of a box's work may be anything, and is no reason to lose its answer.
    if (error instanceof KanibakoError) return undefined;
    throw error;
  }
  return seen;
}

/** The folders of ours in a project, relative to it. */
function ownFolders({ path, metadata, home, vault }: LookedAt): readonly string[] {
  const folders = [metadata, home, ...vault ? [parentOf(vault.readWrite)] : []];
  return folders.filter((folder) => folder.startsWith(`${path}/`)).map((folder) =>
    folder.slice(path.length + 1)
  );
}

function isGits(path: string): boolean {
  return path === ".git" || path.endsWith("/.git");
}

/** What became of the files seen before. */
export function changedFiles(before: Seen, after: Seen): ChangedFiles {
  const files: ChangedFile[] = [];
  for (const [path, stamp] of after) {
    const was = before.get(path);
    if (was !== stamp) files.push({ path, change: was === undefined ? "added" : "changed" });
  }
  for (const path of before.keys()) if (!after.has(path)) files.push({ path, change: "removed" });
  files.sort((one, other) => one.path < other.path ? -1 : 1);
  return { files: files.slice(0, MOST_NAMED), more: Math.max(0, files.length - MOST_NAMED) };
}
