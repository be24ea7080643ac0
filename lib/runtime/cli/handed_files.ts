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
export async function writeHanded(at: string, files: ReadonlyMap<string, HandedFile>): Promise<void> {
  const single = files.get("");
  if (single) return await writeWhole(at, single);
  await Deno.mkdir(at, { recursive: true, mode: 0o700 });
  const paths = [...files.keys()].filter((path) => path !== TODO).sort();
  const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => above(path)));
  for (const folder of folders) await Deno.mkdir(`${at}/${folder}`, { recursive: true, mode: 0o700 });
  await Promise.all(paths.map((path) => writeWhole(`${at}/${path}`, files.get(path)!)));
  const todo = files.get(TODO);
  if (todo) await writeWhole(`${at}/${TODO}`, todo);
}

async function writeWhole(path: string, { content, mode }: HandedFile): Promise<void> {
  const beside = `${above(path)}/.${path.slice(path.lastIndexOf("/") + 1)}.new`;
  await Deno.mkdir(above(path), { recursive: true, mode: 0o700 });
  if (typeof content === "string") await Deno.writeTextFile(beside, content, { mode });
  else await Deno.writeFile(beside, content, { mode });
  // The umask has no say in what a box's user may read.
  await Deno.chmod(beside, mode);
  await Deno.rename(beside, path);
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
