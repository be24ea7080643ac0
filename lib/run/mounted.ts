/**
 * Whether a running box still has what is here. A box keeps the folders and files that were mounted when it started, whatever takes
 * their places: a folder that was moved away, or removed and cloned again, has another device or inode.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { RunRecord } from "./record.ts";

/** The device and the inode of what a path leads to, as one text; `undefined` where nothing is there. */
export function markOf(path: string): string | undefined {
  try {
    const { dev, ino, isDirectory } = Deno.statSync(path);
    return `${isDirectory ? "folder" : "file"} ${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The marks of these paths of the host, by path. What is not there is left out. */
export function marksOf(paths: Iterable<string>): Record<string, string> {
  const marks: Record<string, string> = {};
  for (const path of paths) {
    const mark = markOf(path);
    if (mark !== undefined) marks[path] = mark;
  }
  return marks;
}

/** What a box has of a path that is something else by now. */
export interface Replaced {
  /** Absolute path on the host. */
  readonly path: string;
  readonly kind: "folder" | "file";
  /** Whether nothing is there any more. */
  readonly gone: boolean;
}

/** What of a running box's mounts is no longer what is here, in the order in which they were recorded. */
export function replacedSince({ mounted = {} }: Pick<RunRecord, "mounted">): readonly Replaced[] {
  return Object.entries(mounted).flatMap(([path, had]) => {
    const now = markOf(path);
    if (now === had) return [];
    return [{ path, kind: had.startsWith("file ") ? "file" : "folder", gone: now === undefined }];
  });
}

/** The error for a box whose folder is another one by now. `name`: the project's. */
export function replacedError(name: string, { path, gone }: Replaced): KanibakoError {
  return new KanibakoError(
    "replaced",
    `The box ${name} is running on a folder that is no longer here: ${
      gone ? `there is no ${shellQuote(path)} any more` : `${shellQuote(path)} is another folder now`
    }.`,
    { hint: [`Stop it, then start it again: kanibako stop ${name}`] },
  );
}

/** Throws `replaced` where a folder that a running box has, a shared one included, is another one by now. */
export function assertSameFolders(name: string, record: Pick<RunRecord, "mounted">): void {
  const found = replacedSince(record).find(({ kind }) => kind === "folder");
  if (found) throw replacedError(name, found);
}

/** What is said of something that is replaced and not refused. */
export function replacedNote(name: string, { path, kind, gone }: Replaced): string {
  return `The box ${name} still has the earlier ${kind} ${shellQuote(path)}, which ${
    gone ? "is gone" : "was replaced"
  } since it was started. To have it follow: kanibako stop ${name}`;
}
