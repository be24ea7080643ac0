/**
 * The bundle of a source tree, made once for each state of the tree.
 *
 * @module
 */

import { isFile } from "./path.ts";
import { sha256 } from "./sha256.ts";
import { bundle } from "./bundle.ts";
import { baseDirs } from "./dirs.ts";
import { FileLock } from "./store.ts";

const PARTS = ["cli.ts", "deno.json", "deno.lock", "lib", "targets", "containerfiles", "templates"];
/** Older bundles that are kept: a box that still runs may have one of them mounted. */
const KEPT = 5;

/**
 * A folder with the bundle of the tree at `root` (a path that ends with `/`, or an address) and an empty file `deno`, over
 * which the runtime is mounted.
 */
export async function sourceBundle(
  root: string,
  deno: string,
  cache: string = baseDirs().cache,
): Promise<string> {
  const local = root.startsWith("/");
  const key = (await sha256(local ? await treeState(root) : root)).slice(0, 16);
  const home = `${cache}/self`;
  const folder = `${home}/${key}`;
  if (isFile(`${folder}/cli.js`)) return folder;

  using _lock = await FileLock.acquire(`${home}/lock`);
  if (isFile(`${folder}/cli.js`)) return folder;
  // The folder's own mode lets a box's user read it, whoever that is; the one above it keeps other users out.
  const temporary = `${home}/${key}.tmp`;
  await Deno.remove(temporary, { recursive: true }).catch(() => {});
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(temporary);
  await Deno.chmod(temporary, 0o755);
  await bundle({
    deno,
    entry: `${root}cli.ts`,
    folder: temporary,
    ...(local ? { config: `${root}deno.json` } : {}),
  });
  await Deno.writeTextFile(`${temporary}/deno`, "");
  await Deno.rename(temporary, folder);
  await removeOld(home);
  return folder;
}

/** Changes when a file of the tree does: path, size and time of every file. */
async function treeState(root: string): Promise<string> {
  const lines: string[] = [];
  const visit = async (path: string): Promise<void> => {
    const info = await Deno.stat(root + path).catch(() => undefined);
    if (info?.isFile) lines.push(`${path} ${info.size} ${info.mtime?.getTime()}`);
    if (!info?.isDirectory) return;
    for await (const entry of Deno.readDir(root + path)) await visit(`${path}/${entry.name}`);
  };
  for (const part of PARTS) await visit(part);
  return [root, Deno.version.deno, ...lines.sort()].join("\n");
}

async function removeOld(home: string): Promise<void> {
  const bundles: { path: string; made: number }[] = [];
  for await (const entry of Deno.readDir(home)) {
    if (!entry.isDirectory) continue;
    const info = await Deno.stat(`${home}/${entry.name}`);
    bundles.push({ path: `${home}/${entry.name}`, made: info.mtime?.getTime() ?? 0 });
  }
  bundles.sort((a, b) => b.made - a.made);
  for (const { path } of bundles.slice(KEPT)) await Deno.remove(path, { recursive: true });
}
