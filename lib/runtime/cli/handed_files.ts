/**
 * Writing what is handed in to a box.
 *
 * @module
 */

import type { HandedFile } from "../../spec/box_spec.ts";

/** The file a running box looks for: with it, what was handed in counts. */
const TODO = "todo";

/**
 * Writes files below a folder, each whole or not at all, and the one named `todo` last. A single file named `""` becomes what
 * is at `at` itself.
 */
export function writeHanded(at: string, files: ReadonlyMap<string, HandedFile>): void {
  const single = files.get("");
  if (single) return writeWhole(at, single);
  Deno.mkdirSync(at, { recursive: true, mode: 0o700 });
  const paths = [...files.keys()].filter((path) => path !== TODO).sort();
  const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => above(path)));
  for (const folder of folders) Deno.mkdirSync(`${at}/${folder}`, { recursive: true, mode: 0o700 });
  for (const path of paths) writeWhole(`${at}/${path}`, files.get(path)!);
  const todo = files.get(TODO);
  if (todo) writeWhole(`${at}/${TODO}`, todo);
}

/** Synchronously: these files are few and small, and the other way of writing loads the runtime's streams, for 4 ms. */
function writeWhole(path: string, { content, mode }: HandedFile): void {
  const beside = `${above(path)}/.${path.slice(path.lastIndexOf("/") + 1)}.new`;
  Deno.mkdirSync(above(path), { recursive: true, mode: 0o700 });
  if (typeof content === "string") Deno.writeTextFileSync(beside, content, { mode });
  else Deno.writeFileSync(beside, content, { mode });
  // The umask has no say in what a box's user may read.
  Deno.chmodSync(beside, mode);
  Deno.renameSync(beside, path);
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
