/**
 * Names reached from the handle of their folder: what `tree.ts` is made of, and used by nothing else.
 *
 * @module
 */

import type { Stats } from "node:fs";

/** The module that can open with flags. */
export type NodeFs = typeof import("node:fs");

/** What a name in a folder is. `other`: a FIFO, socket or device, which is never opened. */
export type Kind = "file" | "folder" | "symlink" | "other";

let loaded: NodeFs | undefined;

/** Loads it at first use: it costs 14 ms. */
export async function nodeFs(): Promise<NodeFs> {
  return loaded ??= await import("node:fs");
}

/** A name in a folder that is known by its handle. */
export function beneath(folder: number, name: string): string {
  return `/proc/self/fd/${folder}/${name}`;
}

/** What a name in a folder is, itself when a symlink. */
export function lstat(fs: NodeFs, folder: number, name: string): Stats | undefined {
  try {
    return fs.lstatSync(beneath(folder, name));
  } catch (cause) {
    if (code(cause) === "ENOENT") return undefined;
    throw cause;
  }
}

/** The kind of what was found. */
export function kindOf(info: Stats | undefined): Kind | undefined {
  if (info === undefined) return undefined;
  if (info.isSymbolicLink()) return "symlink";
  return info.isFile() ? "file" : info.isDirectory() ? "folder" : "other";
}

/** The mount a handle is on. Tells a bind mount of the same file system too, which the device number does not. */
export function mountOf(fd: number): string | undefined {
  return /^mnt_id:\s*(\d+)/m.exec(Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`))?.[1];
}

/** The system's word for an error, such as `ENOENT`. */
export function code(cause: unknown): string {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string") {
    return cause.code;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
