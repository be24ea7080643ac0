/**
 * Where the folders of helpers are on the host. None of them lies in a place that a box can write, and what a box can write of them is
 * mounted as a whole: so no path that is mounted leads through anything that a box has made.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";

/** The box of a helper, by the id of its director's. */
export function helperId(director: string, number: number): string {
  return `${director}-helper-${number}`;
}

/** The id of the director's box of a helper; `undefined` for the id of any other box. No project's name ends like that of a helper. */
export function directorOf(id: string): string | undefined {
  return /^(.+)-helper-[1-9]\d*$/.exec(id)?.[1];
}

/** The folder of all helpers of a director, mounted at `~/helpers` in its box. */
export function helpersRoot(dirs: Pick<Dirs, "data">, director: string): string {
  return `${dirs.data}/helpers/${director}`;
}

/** The home of a helper. Box-writable; beside the root, so that its parent does not see its login. */
export function helperHome(dirs: Pick<Dirs, "data">, director: string, number: number): string {
  return `${dirs.data}/helpers/${director}.homes/${number}`;
}

/** What helpers of one parent have in common. */
export interface GroupFolders {
  /** The folder itself: the parent's `~/helpers`. */
  readonly root: string;
  /** What is meant for all of them. `readOnly` only the parent writes, `readWrite` everybody. */
  readonly all: { readonly root: string; readonly readOnly: string; readonly readWrite: string };
  /** The folder of all channels. */
  readonly channels: string;
  /** What a box says to others of the group: only it writes there. */
  from(number: number): string;
  /** What any of them write to each other. */
  readonly both: string;
  /** Messages of the group as they went, one line of JSON each. */
  readonly log: string;
}

/** What the helpers below this folder have in common. */
export function groupFolders(root: string): GroupFolders {
  return {
    root,
    all: { root: `${root}/all`, readOnly: `${root}/all/ro`, readWrite: `${root}/all/rw` },
    channels: `${root}/channels`,
    from: (number) => `${root}/channels/from/${number}`,
    both: `${root}/channels/both`,
    log: `${root}/log`,
  };
}

/** The folders and files of one helper. */
export interface HelperFolders {
  readonly root: string;
  /** Box-writable, as are `vaultReadWrite` and `scripts`. */
  readonly workspace: string;
  readonly vaultReadOnly: string;
  readonly vaultReadWrite: string;
  /** Mounted at `~/playbook/scripts`. */
  readonly scripts: string;
  /** Links to its channels. */
  readonly peers: string;
  /** What it may start in turn. */
  readonly spawn: string;
  /** How it is, for its parent to read. */
  readonly state: string;
  /** How its task ended. */
  readonly result: string;
  /** The record of how its workspace began. */
  readonly fork: string;
  /** The folder of its own helpers. */
  readonly helpers: string;
}

/** A helper of a group. */
export function helperFolders(group: string, number: number): HelperFolders {
  const root = `${group}/${number}`;
  return {
    root,
    workspace: `${root}/workspace`,
    vaultReadOnly: `${root}/vault/ro`,
    vaultReadWrite: `${root}/vault/rw`,
    scripts: `${root}/playbook/scripts`,
    peers: `${root}/peers`,
    spawn: `${root}/spawn.toml`,
    state: `${root}/state.json`,
    result: `${root}/result.json`,
    fork: `${root}/fork`,
    helpers: `${root}/helpers`,
  };
}

/** The folder of the group to which a helper belongs: that of its parent's helpers. Throws where an ancestor is not known. */
export function groupOf(
  root: string,
  helpers: readonly { readonly number: number; readonly parent: number }[],
  number: number,
): string {
  const above: number[] = [];
  for (let at = number; at !== 0;) {
    const one = helpers.find((helper) => helper.number === at);
    if (!one || above.length > helpers.length) throw new Error(`helper ${number} has no place`);
    at = one.parent;
    if (at !== 0) above.unshift(at);
  }
  return above.reduce((folder, parent) => helperFolders(folder, parent).helpers, root);
}

/** The lock of the process that starts, ends or watches a helper. `state`: the folder of its box's state. */
export function helperLock(state: string): string {
  return `${state}/helper.lock`;
}
