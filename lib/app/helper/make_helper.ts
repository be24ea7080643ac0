/**
 * What a helper's box needs on this machine before it is started: its folders, the channels to its siblings, its init script, and what
 * it reads of its own budget.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { exists } from "../../host/path.ts";
import { writeText } from "../../host/store.ts";
import { groupFolders, groupOf, helperFolders, helperHome, helpersRoot } from "../../hub/folders.ts";
import INIT from "../../hub/helper_init.sh" with { type: "text" };
import { type FolderOwner, makeGroup, makeHelper, makeHome } from "../../hub/make_folders.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import type { FoundHelper } from "./find_helper.ts";

/** A script of a parent for its helpers is no larger. */
const MAX_SCRIPT = 256 * 1024;
/** In a folder of scripts, and in a playbook of a home. */
const SCRIPT = "helper-init.sh";

/** Makes what is not there yet. */
export async function makeHelperBox(host: Host, found: FoundHelper): Promise<void> {
  const { director, helper, group } = found;
  const owner = await Deno.stat(director.path);
  const mine = { uid: owner.uid ?? 0, gid: owner.gid ?? 0 };
  makeGroup(group, helper.parent, mine);
  makeHelper(group, helper.number, mine);
  makeHome(helperHome(host.dirs, director.id, helper.number), mine);
  const { spawn, helpers } = helperFolders(group, helper.number);
  const { depth, breadth } = helper.grant.budget;
  await writeText(spawn, `depth = ${depth}\nbreadth = ${breadth}\n`, 0o644);
  if (depth !== 0 && breadth !== 0) makeGroup(helpers, helper.number, mine);
  await giveScript(host, found, mine);
  await connectSiblings(found, mine);
}

/** The init script: its parent's, where that has one, else ours. One that is there stays. */
async function giveScript(host: Host, found: FoundHelper, owner: FolderOwner): Promise<void> {
  const { openTree } = await import("../../host/tree/tree.ts");
  const { scripts } = helperFolders(found.group, found.helper.number);
  using tree = openTree(scripts);
  if (tree.kind(SCRIPT) !== undefined) return;
  const script = await scriptOfParent(host, found) ?? new TextEncoder().encode(INIT);
  tree.makeFile(SCRIPT, { mode: 0o755, owner }, script);
}

/** Of a folder that the parent can write: anything but a small file is none. */
async function scriptOfParent(
  host: Host,
  { director, helper: { parent }, helpers }: FoundHelper,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const folder = parent === 0
    ? `${director.home}/playbook/scripts`
    : helperFolders(groupOf(helpersRoot(host.dirs, director.id), helpers, parent), parent).scripts;
  const root = parent === 0 ? director.home : folder;
  const { openTree } = await import("../../host/tree/tree.ts");
  try {
    using tree = openTree(root);
    return tree.readFile(`${folder.slice(root.length + 1)}/${SCRIPT}`.replace(/^\//, ""), MAX_SCRIPT);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    debug(() => error.message);
    return undefined;
  }
}

/** The channels between a helper and its siblings. Only what is new is made. */
async function connectSiblings(
  { group, helper: { number, parent }, helpers }: FoundHelper,
  owner: FolderOwner,
): Promise<void> {
  const { from, both } = groupFolders(group);
  const siblings = helpers.filter((one) =>
    one.parent === parent && one.number !== number && exists(helperFolders(group, one.number).peers)
  );
  if (siblings.length === 0) return;
  const { openTree } = await import("../../host/tree/tree.ts");
  const folder = (root: string, name: string) => {
    using tree = openTree(root);
    try {
      tree.makeFolder(name, { mode: 0o700, ...Deno.uid() === 0 ? { owner } : {} });
    } catch (error) {
      // What a box has put in its place is that box's own loss.
      if (!(error instanceof KanibakoError)) throw error;
      debug(() => error.message);
    }
  };
  for (const sibling of siblings) {
    const [a, b] = [Math.min(number, sibling.number), Math.max(number, sibling.number)];
    folder(from(a), String(b));
    folder(from(b), String(a));
    folder(both, `${a}-${b}`);
    for (const one of [a, b]) {
      const { peers } = helperFolders(group, one);
      link(`../channels/from/${a}/${b}`, `${peers}/${a}-${b}-ro`);
      link(`../channels/from/${b}/${a}`, `${peers}/${b}-${a}-ro`);
      link(`../channels/both/${a}-${b}`, `${peers}/${a}-${b}-rw`);
    }
  }
}

function link(target: string, path: string): void {
  try {
    Deno.symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}
