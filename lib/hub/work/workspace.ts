/**
 * Makes the folder that a helper works in, before its box is there: empty, a copy of its parent's folder, or a worktree.
 *
 * @module
 */

import { holdsSubvolumes, isSubvolume, snapshotSubvolume } from "../../host/btrfs.ts";
import { KanibakoError } from "../../host/error.ts";
import { parentOf } from "../../host/path.ts";
import { copyTree } from "../../host/tree/copy.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { narrowModes } from "../../host/tree/modes.ts";
import { removeTree } from "../../host/tree/remove.ts";
import type { WorkspaceKind } from "../record.ts";
import { type ForkRecord, writeFork } from "./fork.ts";
import { ForkWriter } from "./fork_writer.ts";

/** What is to be made. */
export interface WorkspaceRequest {
  readonly kind: WorkspaceKind;
  /** The folder of the one who asks. A box can write it, and the path itself is ours. */
  readonly from: string;
  /** The new folder; its parent is ours, and it must not be there. */
  readonly to: string;
  /** Where the record of how it began is kept: a folder that no box can write, made here. */
  readonly record: string;
  /** Paths relative to `from` that are not for the box whose folder it is: settings, homes and vaults that lie in it. */
  readonly exclude: readonly string[];
  /** The helper's number, for the name of its branch. */
  readonly number: number;
  readonly signal?: AbortSignal;
}

/** What was made. */
export interface MadeWorkspace {
  /** `none`: the parent's folder itself is to be shown. `reflink`: the copy shares its blocks with the original. */
  readonly how: "none" | "empty" | "btrfs" | "reflink" | "copied" | "worktree";
  /** -1: nobody counted. */
  readonly files: number;
  /** In bytes; -1: nobody counted. */
  readonly bytes: number;
  /** The branch of a worktree. */
  readonly branch?: string;
}

/**
 * Makes it, whole or not at all. Throws `exists`, what copying throws, and for a worktree `no-repository` where the parent's folder is
 * none that could be used.
 */
export async function makeWorkspace(request: WorkspaceRequest): Promise<MadeWorkspace> {
  const { kind, to, record, exclude } = request;
  if (kind === "shared-ro") return { how: "none", files: 0, bytes: 0 };
  await Deno.mkdir(record, { recursive: true, mode: 0o700 });
  // Before anything is read: what changes from now on may not be in the copy.
  const startedAt = Date.now();
  try {
    using writer = new ForkWriter(record);
    using from = openFolder(request.from);
    const made = await make(request, from, writer);
    writer.finish();
    const fork: ForkRecord = {
      version: 1,
      kind,
      startedAt,
      madeAt: Date.now(),
      exclude,
      ...(made.branch === undefined ? {} : { branch: made.branch }),
    };
    await writeFork(record, fork);
    return made;
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "exists") await removeTree(to);
    await removeTree(record);
    throw error;
  }
}

async function make(request: WorkspaceRequest, from: Folder, writer: ForkWriter): Promise<MadeWorkspace> {
  switch (request.kind) {
    case "worktree":
      return await (await import("./worktree.ts")).makeWorktree(request, from, writer);
    case "copy":
      return await snapshot(request, from, writer) ?? await copy(request, from, writer);
    default:
      makeEmpty(request.to, from);
      return { how: "empty", files: 0, bytes: 0 };
  }
}

/** Makes an empty folder that belongs to whom the other does. */
export function makeEmpty(to: string, like: Folder): void {
  using above = openFolder(parentOf(to));
  const name = to.slice(to.lastIndexOf("/") + 1);
  if (!above.make(name, 0o700)) {
    throw new KanibakoError("exists", `Cannot make the helper's folder ${to}: it already exists.`);
  }
  using made = above.open(name)!;
  const { uid, gid, mode } = like.self();
  if (Deno.uid() === 0) made.give(uid, gid);
  made.setMode(mode & 0o777 | 0o700);
}

async function copy(
  { to, exclude, signal }: WorkspaceRequest,
  from: Folder,
  writer: ForkWriter,
): Promise<MadeWorkspace> {
  const left = new Set(exclude);
  let shared = false;
  const { files, bytes } = await copyTree(from.path, to, {
    exclude: (path) => left.has(path),
    sorted: true,
    sums: writer.sums,
    onEntry: (entry) => writer.meet(entry),
    onFile: (file) => {
      if (file.how === "cloned") shared = true;
      writer.add(file);
    },
    ...(signal ? { signal } : {}),
  });
  return { how: shared ? "reflink" : "copied", files, bytes };
}

/** At once, however much there is. Nothing where the folder is no subvolume, or holds some that would be missing. */
async function snapshot(
  { to, exclude }: WorkspaceRequest,
  from: Folder,
  writer: ForkWriter,
): Promise<MadeWorkspace | undefined> {
  if (!isSubvolume(from) || holdsSubvolumes(from)) return undefined;
  using above = openFolder(parentOf(to));
  const name = to.slice(to.lastIndexOf("/") + 1);
  if (above.self().dev !== from.self().dev && above.isInMemory()) return undefined;
  try {
    snapshotSubvolume(from, above, name, { readOnly: false });
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "btrfs") return undefined;
    throw error;
  }
  for (const path of exclude) await removeTree(`${to}/${path}`);
  // It took everything as it was: a copy has neither these bits nor what is no file.
  narrowModes(to, 0o777, "remove");
  using made = above.open(name)!;
  writer.read(made, { content: false });
  return { how: "btrfs", files: -1, bytes: -1 };
}
