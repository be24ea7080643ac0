/** A parent's folder and that of its helper, for tests. */

import type { Change } from "../../../lib/hub/work/changes.ts";
import { diffWork, type WorkFolders } from "../../../lib/hub/work/diff.ts";
import { landWork } from "../../../lib/hub/work/land.ts";
import { type MadeWorkspace, makeWorkspace } from "../../../lib/hub/work/workspace.ts";
import type { WorkspaceKind } from "../../../lib/hub/record.ts";
import { pause } from "../../../lib/host/timer.ts";
import { inFolder } from "../../support/trees.ts";

/** The folders of one helper. */
export interface World extends WorkFolders {
  readonly base: string;
  readonly undo: string;
  readonly made: MadeWorkspace;
}

/** Files by path: a text, a link (`-> target`), or an executable (`#!`). */
export type Files = Readonly<Record<string, string>>;

/** Writes files, with the folders they need. A path that ends in a slash is an empty folder. */
export async function write(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const whole = `${folder}/${path}`;
    await Deno.mkdir(path.endsWith("/") ? whole : whole.slice(0, whole.lastIndexOf("/")), {
      recursive: true,
    });
    if (path.endsWith("/")) continue;
    if (text.startsWith("-> ")) await Deno.symlink(text.slice(3), whole);
    else await Deno.writeTextFile(whole, text);
    if (text.startsWith("#!")) await Deno.chmod(whole, 0o755);
  }
}

/** What is in a folder, as {@link write} takes it. */
export async function read(folder: string, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (
    const { name, isDirectory, isSymlink } of [...Deno.readDirSync(folder)].sort((a, b) =>
      a.name < b.name ? -1 : 1
    )
  ) {
    const [whole, path] = [`${folder}/${name}`, prefix + name];
    if (isSymlink) found[path] = `-> ${await Deno.readLink(whole)}`;
    else if (isDirectory) {
      const inside = await read(whole, `${path}/`);
      Object.assign(found, Object.keys(inside).length > 0 ? inside : { [`${path}/`]: "" });
    } else found[path] = await Deno.readTextFile(whole);
  }
  return found;
}

/** Makes a helper's folder of these files and uses it. */
export async function withHelper(
  files: Files,
  use: (world: World) => Promise<void>,
  options: {
    kind?: WorkspaceKind;
    exclude?: readonly string[];
    prepare?: (parent: string) => Promise<unknown>;
  } = {},
): Promise<void> {
  await inFolder(async (base) => {
    const [parent, workspace] = [`${base}/parent`, `${base}/helpers/1/workspace`];
    await Deno.mkdir(`${base}/helpers/1`, { recursive: true });
    await Deno.mkdir(parent);
    await write(parent, files);
    await options.prepare?.(parent);
    // What was written just now could have been written after the copy began: times are as coarse as that.
    await pause(150);
    const record = `${base}/helpers/1/fork`;
    const made = await makeWorkspace({
      kind: options.kind ?? "copy",
      from: parent,
      to: workspace,
      record,
      exclude: options.exclude ?? [],
      number: 1,
    });
    await use({ base, parent, workspace, record, undo: `${base}/state/landed`, made });
  });
}

/** The changes of a helper, one line each: `added src/a.ts (note)`. */
export async function lines(world: WorkFolders): Promise<string[]> {
  return (await diffWork(world)).changes.map(line);
}

/** One change as a line. */
export function line({ change, path, note }: Change): string {
  return `${change} ${path}${note === undefined ? "" : ` (${note})`}`;
}

/** Lands, as the user. */
export async function land(world: World, ...paths: string[]) {
  return await landWork({ ...world, paths, keepOut: "none" });
}
