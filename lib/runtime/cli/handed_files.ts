/**
 * Writing what is handed in to a box.
 *
 * @module
 */

import type { HandedFile } from "../../spec/box_spec.ts";

/** The file a running box looks for: with it, what was handed in counts. */
const TODO = "todo";

/** Writes files for a box that is not there yet. A single file named `""` becomes what is at `at` itself. */
export function writeNew(at: string, files: ReadonlyMap<string, HandedFile>): void {
  const single = files.get("");
  if (!single) return writeAll(at, files, write);
  Deno.mkdirSync(above(at), { recursive: true, mode: 0o700 });
  write(at, single);
}

/** Writes files below a folder that a box may be reading, each whole or not at all, and the one named `todo` last. */
export function writeHanded(at: string, files: ReadonlyMap<string, HandedFile>): void {
  writeAll(at, files, writeWhole);
}

function writeAll(
  at: string,
  files: ReadonlyMap<string, HandedFile>,
  write: (path: string, file: HandedFile) => void,
): void {
  Deno.mkdirSync(at, { recursive: true, mode: 0o700 });
  const paths = [...files.keys()].filter((path) => path !== TODO).sort();
  const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => above(path)));
  for (const folder of folders) Deno.mkdirSync(`${at}/${folder}`, { recursive: true, mode: 0o700 });
  for (const path of paths) write(`${at}/${path}`, files.get(path)!);
  const todo = files.get(TODO);
  if (todo) write(`${at}/${TODO}`, todo);
}

function writeWhole(path: string, file: HandedFile): void {
  const beside = `${above(path)}/.${path.slice(path.lastIndexOf("/") + 1)}.new`;
  write(beside, file);
  Deno.renameSync(beside, path);
}

/** Synchronously: these files are few and small, and the other way of writing loads the runtime's streams, for 4 ms. */
function write(path: string, { content, mode }: HandedFile): void {
  if (typeof content === "string") Deno.writeTextFileSync(path, content, { mode });
  else Deno.writeFileSync(path, content, { mode });
  // The umask has no say in what a box's user may read.
  if ((mode & Deno.umask()) !== 0) Deno.chmodSync(path, mode);
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
