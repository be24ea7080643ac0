/**
 * Paths as texts, and what is at them.
 *
 * What is asked here is for paths of ours, and at once: handing one look to another thread takes ten times as long. What a box can
 * write is looked at through `tree/`.
 *
 * @module
 */

/** Stands for the current folder where that was deleted: nothing is there, and nobody can make something there. */
export const NO_FOLDER = "/proc/no-current-folder";

/** A path as seen from a folder. */
export function absolutePath(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}

/** Without `.`, `..` and double slashes, as the shell's user means it. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The folder an absolute path is in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Whether something is there, be it a link to nothing. What cannot be looked at counts as nothing. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is a folder, itself or by a link. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Whether there is a regular file, itself or by a link. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The path with symlinks resolved as far as it exists. */
export function real(path: string): string {
  const missing: string[] = [];
  for (let at = path;;) {
    try {
      const found = Deno.realPathSync(at);
      return [found === "/" ? "" : found, ...missing].join("/") || "/";
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    }
    const slash = at.lastIndexOf("/");
    missing.unshift(at.slice(slash + 1));
    at = at.slice(0, slash) || "/";
  }
}
