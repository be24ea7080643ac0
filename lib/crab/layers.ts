/**
 * Folders that a home is made from: read whole, with limits, no link followed.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";

/** A file or link of a folder that is handed to a box. */
export type LayerFile =
  | { readonly path: string; readonly mode: number; readonly content: Uint8Array<ArrayBuffer> }
  /** A symlink, made again as it is: whatever it points to is looked up in the box. */
  | { readonly path: string; readonly link: string };

/** `plain`: 0755 for what can be run, 0644 for the rest; `keep`: as they are, but for writing by others. */
export type LayerModes = "plain" | "keep";

/** Most files of one folder. */
const MAX_FILES = 2000;
/** Most bytes of all files of one folder. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 32;

/**
 * All files below a folder, paths relative to it, in order; `undefined` when there is no such folder. Special files are
 * left out, and so is what `takes` does not want. Throws `too-large` above 2000 files, 32 MiB or 32 levels.
 */
export async function readLayer(
  folder: string,
  modes: LayerModes = "plain",
  takes: (path: string, isFolder: boolean) => boolean = () => true,
): Promise<readonly LayerFile[] | undefined> {
  // A look that costs nothing comes before what does.
  if (!(await statOrNothing(folder))?.isDirectory) return undefined;
  const { openTree } = await import("../host/tree/tree.ts");
  using tree = openTree(folder);
  const files: LayerFile[] = [];
  const pending = [""];
  let bytes = 0;
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const listing = tree.list(path, MAX_FILES);
    if (listing?.truncated || path.split("/").length > MAX_DEPTH) throw tooLarge(folder);
    for (const { name, kind } of listing?.entries ?? []) {
      const inner = path === "" ? name : `${path}/${name}`;
      if (!takes(inner, kind === "folder")) continue;
      if (kind === "folder") pending.push(inner);
      else if (kind === "symlink") {
        const link = tree.readLink(inner);
        if (link !== undefined) files.push({ path: inner, link });
      } else if (kind === "file") {
        const info = tree.stat(inner);
        if (info === undefined) continue;
        bytes += info.size;
        if (bytes > MAX_BYTES) throw tooLarge(folder);
        const content = tree.readFile(inner, MAX_BYTES);
        if (content) files.push({ path: inner, mode: modeOf(info.mode, modes), content });
      }
      if (files.length > MAX_FILES) throw tooLarge(folder);
    }
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** One file that is handed to a box; `undefined` when there is none. Throws `too-large` above 32 MiB. */
export async function readLayerFile(
  folder: string,
  path: string,
  modes: LayerModes = "plain",
): Promise<LayerFile | undefined> {
  if (!(await statOrNothing(`${folder}/${path}`))?.isFile) return undefined;
  const { openTree } = await import("../host/tree/tree.ts");
  using tree = openTree(folder);
  const info = tree.stat(path);
  if (info && info.size > MAX_BYTES) throw tooLarge(`${folder}/${path}`);
  const content = tree.readFile(path, MAX_BYTES);
  return content && { path, mode: modes === "plain" ? 0o644 : modeOf(info?.mode ?? 0o600, modes), content };
}

function modeOf(mode: number, modes: LayerModes): number {
  return modes === "keep" ? mode & 0o755 : (mode & 0o111) ? 0o755 : 0o644;
}

function tooLarge(folder: string): KanibakoError {
  return new KanibakoError("too-large", `Cannot hand ${shellQuote(folder)} to a box: it is too large`, {
    hint: `At most ${MAX_FILES} files, ${
      MAX_BYTES / 1024 / 1024
    } MiB and ${MAX_DEPTH} levels are taken. Remove some.`,
  });
}

async function statOrNothing(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return undefined;
    throw cause;
  }
}
