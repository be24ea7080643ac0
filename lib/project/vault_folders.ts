/**
 * The vault's folders and the links by which people find them.
 *
 * @module
 */

import { exists, parentOf } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { openTree } from "../host/tree/tree.ts";
import { entryKind } from "../host/tree/entry.ts";
import { cannot } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { addIgnored } from "./git/ignore.ts";
import { isWithin } from "./layout.ts";
import { type Project, qualifiedName } from "./project.ts";
import type { Undo } from "./undo.ts";

/** Makes the vault's two halves, with a `.gitignore` for the snapshots, and for the one the box writes where that is new. */
export async function makeVault(project: Project, undo: Undo): Promise<void> {
  if (!project.vault) return;
  const vault = parentOf(project.vault.readWrite);
  const isNewHalf = !exists(project.vault.readWrite);
  for (const half of [project.vault.readOnly, project.vault.readWrite]) {
    if (half === project.vault.readWrite && await makeSubvolume(project, half, undo)) continue;
    if (!isWithin(half, project.path)) {
      await undo.folders(half, 0o700);
      await giveToOwner(half, project.path);
      continue;
    }
    // The workspace may hold anything, a link in place of the vault included.
    const { missing } = await makeBeneath(project.path, half, 0o755);
    for (const path of missing) undo.add(() => Deno.remove(path));
  }
  // What a box is to write in a folder that was there before may well be meant for the repository; snapshots never are.
  // In a new vault the file passes over itself, so that a repository does not report a folder of ours as its own news.
  const half = project.vault.readWrite.slice(vault.length + 1);
  const lines = [
    ...isNewHalf ? [`/${half}/`] : [],
    "/.versions/",
    ...isNewHalf && !exists(`${vault}/.gitignore`) ? ["/.gitignore"] : [],
  ];
  // By handle: who can write the workspace could put a link in place of the folder just made.
  if (isWithin(vault, project.path) && vault !== project.path) {
    await addIgnored(project.path, lines, undo, vault.slice(project.path.length + 1));
  } else await addIgnored(vault, lines, undo);
}

/**
 * Where the file system has subvolumes the folder a box writes is one: a snapshot of it is taken at once. False where it has
 * none, or there is something already.
 */
async function makeSubvolume(project: Project, path: string, undo: Undo): Promise<boolean> {
  const within = isWithin(path, project.path);
  const root = within ? project.path : parentOf(path);
  if (!within) await undo.folders(root, 0o700);
  if (exists(path)) return false;
  const { makeSubvolumeAt } = await import("../host/btrfs.ts");
  const owner = await otherOwner(project.path);
  const made = makeSubvolumeAt(root, path.slice(root.length + 1), {
    mode: within ? 0o755 : 0o700,
    ...(owner ? { owner } : {}),
  });
  if (made) undo.add(() => Deno.remove(path));
  return made;
}

/** Makes a folder below the workspace without following a link; tells which folders were missing. */
export async function makeBeneath(root: string, path: string, mode: number): Promise<{ missing: string[] }> {
  const missing: string[] = [];
  for (let at = path; at !== root && !exists(at); at = parentOf(at)) missing.unshift(at);
  const owner = await otherOwner(root);
  using tree = openTree(root);
  tree.makeFolder(path.slice(root.length + 1), { mode, ...(owner ? { owner } : {}) });
  return { missing };
}

/** What lies in a vault's folder that has nothing to do with the vault, sorted: its box sees none of it there. */
export async function hiddenByVault(project: Project): Promise<string[]> {
  const vault = await hiddenVault(project);
  if (vault === undefined) return [];
  const own = new Set(["ro", "rw", "share-ro", "share-rw", ".versions", ".gitignore"]);
  const names: string[] = [];
  for await (const { name } of Deno.readDir(vault)) if (!own.has(name)) names.push(name);
  return names.sort();
}

/** The folder in the workspace that is hidden as a vault: the box's own, or one in which an earlier one left snapshots. */
async function hiddenVault(project: Project): Promise<string | undefined> {
  const own = project.vault && parentOf(project.vault.readWrite);
  if (own !== undefined && own !== project.path && isWithin(own, project.path)) return own;
  const earlier = `${project.path}/vault`;
  const isFolder = await entryKind(project.path, "vault") === "folder";
  return isFolder && await hasSnapshots(earlier) ? earlier : undefined;
}

async function hasSnapshots(vault: string): Promise<boolean> {
  return await entryKind(vault, ".versions") === "folder";
}

/** What to say of a project just made whose repository has a folder `vault` of its own; `undefined` when it has none. */
export async function vaultHint(project: Project): Promise<string | undefined> {
  const names = await hiddenByVault(project);
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 3).map(shellQuote).join(", ") + (names.length > 3 ? ", ..." : "");
  const { path, mode } = project;
  const vault = `${path}/vault`;
  const seen = `The box does not see ${shown} in ${shellQuote(vault)}: `;
  const snapshots = shellQuote(`${vault}/.versions`);
  if (!project.vault || !isWithin(project.vault.readWrite, path)) {
    return `${seen}an earlier vault left snapshots there, which are hidden together with their folder. ` +
      `Move them out of the workspace, or remove them: ${snapshots}`;
  }
  const first = await hasSnapshots(vault) ? `move ${snapshots} out of the workspace or remove it, then ` : "";
  const again = `kanibako create ${mode === "standalone" ? "--standalone " : ""}--no-vault ${
    shellQuote(path)
  }`;
  return seen +
    "that folder is also the box's vault and therefore hidden. Move it elsewhere, or use no vault: " +
    `kanibako rm ${shellQuote(qualifiedName(project))} --purge, then ${first}${again}`;
}

/** Gives a folder just made outside the workspace to the workspace's owner, as whom the box may run. */
export async function giveToOwner(path: string, workspace: string): Promise<void> {
  const owner = await otherOwner(workspace);
  if (owner) await Deno.chown(path, owner.uid, owner.gid);
}

/** The workspace's owner, where that is somebody else and we are root. */
export async function otherOwner(workspace: string): Promise<{ uid: number; gid: number } | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const { uid, gid } = await Deno.stat(workspace);
  return uid === null || gid === null || uid === 0 ? undefined : { uid, gid };
}

/** Links a vault that is kept elsewhere into the workspace and into the folder of vaults. */
export async function linkVault(host: Host, project: Project, undo: Undo): Promise<void> {
  if (!project.vault || project.mode === "standalone" || isWithin(project.vault.readWrite, project.path)) {
    return;
  }
  const vault = parentOf(project.vault.readWrite);
  const inside = `${project.path}/vault`;
  const target = await Deno.readLink(inside).catch(() => undefined);
  // Only a link that leads to our boxes, a stale one, is replaced; what the user put there stays.
  const stale = target !== undefined && target !== vault &&
    (isWithin(target, host.system.paths.boxes) || isWithin(target, project.workset?.root ?? vault));
  if (stale) await Deno.remove(inside);
  if (stale || !exists(inside)) await link(vault, inside, undo);
  if (project.layout === "robust" && project.mode === "default") {
    await linkForPeople(host, project, vault, undo);
  }
}

async function linkForPeople(host: Host, project: Project, vault: string, undo: Undo): Promise<void> {
  const folder = host.system.paths.vaultLinks;
  const base = project.path.slice(project.path.lastIndexOf("/") + 1);
  await undo.folders(folder, 0o700);
  for (let number = 0; number < 100; number++) {
    const path = `${folder}/${base}${number === 0 ? "" : number}`;
    const target = await Deno.readLink(path).catch(() => undefined);
    if (target === vault) return;
    if (exists(path)) continue;
    return await link(vault, path, undo);
  }
}

async function link(target: string, path: string, undo: Undo): Promise<void> {
  try {
    await Deno.symlink(target, path);
  } catch (cause) {
    throw cannot("create", path, cause);
  }
  undo.add(() => Deno.remove(path));
}
