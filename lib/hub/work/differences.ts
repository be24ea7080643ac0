/**
 * What a helper made of its folder: a walk by handle, in step with the record of what it began with.
 *
 * @module
 */

import { hashFile, linkTarget } from "../../host/tree/hash.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import { type Kind, treeSteps, type WalkEntry } from "../../host/tree/walk.ts";
import { comparePaths, type ManifestLine } from "../../vault/checksums/manifest.ts";
import type { Breath } from "./breath.ts";
import type { Fork } from "./fork.ts";
import { isGits, isIn, shown } from "./left_out.ts";

/** Files up to this long are compared by content; of longer ones, length and times count. In bytes. */
export const SUM_BYTES: number = 64 * 2 ** 20;
/** More than a project has, less than would keep a machine busy for long. A helper decides what is in its folder. */
const LIMITS = { entries: 1_000_000, depth: 200 };

/** What there is at a path now. */
export interface Now {
  readonly kind: Kind;
  readonly size: number;
  /** Permission bits without setuid, setgid and sticky. */
  readonly mode: number;
  readonly mtimeNs: bigint;
  /** Of a regular file up to {@link SUM_BYTES}: the checksum of its content. */
  readonly sum?: string | undefined;
  /** Of a symlink. */
  readonly target?: string | undefined;
  /** In words for people: `fifo`, `socket`, `device`. */
  readonly nature: string;
}

/** One path that is not as it was. */
export interface Difference {
  /** As `raw_name.ts` makes text of it. */
  readonly path: string;
  /** What there was; absent: nothing. */
  readonly was?: ManifestLine | undefined;
  /** What there is; absent: nothing. */
  readonly now?: Now | undefined;
  /** Nobody can say what there is: we may not read it, or it is not the helper's to change. */
  readonly unknown?: "unreadable" | "excluded" | undefined;
}

/**
 * Every difference, a folder before what is in it. A folder's own permissions and times are none. Throws as a walk does; what cannot
 * be read is reported, and never taken for removed.
 */
export async function* differences(
  fork: Fork,
  helper: Folder,
  breath: Breath,
): AsyncGenerator<Difference, void> {
  const lines = fork.lines();
  const beyond: Difference[] = [];
  const unreadable = new Set<string>();
  const excluded = new Set(fork.exclude.map(shown));
  const steps = treeSteps(helper.path, {
    sorted: true,
    limits: LIMITS,
    unreadable: "skip",
    exclude: (path) => {
      if (isGits(path)) return true;
      if (!excluded.has(path)) return false;
      beyond.push({ path, unknown: "excluded" });
      return true;
    },
    onUnreadable: (path) => {
      unreadable.add(path);
      beyond.push({ path, unknown: "unreadable" });
    },
  });
  const denied = (path: string) => {
    unreadable.add(path);
    return { path, unknown: "unreadable" } as const;
  };
  try {
    let line = lines.next();
    for (let step = steps.next(); !step.done; step = steps.next()) {
      await breath.take();
      yield* beyond.splice(0);
      const { entry, leaving } = step.value;
      if (leaving || !entry.parent) continue;
      const path = nameText(entry.pathBytes);
      while (!line.done && comparePaths(line.value.path, path) < 0) {
        if (!isIn(shown(line.value.path), unreadable)) yield { path: line.value.path, was: line.value };
        line = lines.next();
      }
      const was = !line.done && line.value.path === path ? line.value : undefined;
      if (was) line = lines.next();
      if (was && isUntouched(fork, was, entry)) continue;
      const now = stateOf(helper, entry);
      if (now === "denied") yield denied(path);
      else if (now && !(was && isSame(was, now))) yield { path, was, now };
    }
    yield* beyond.splice(0);
    for (; !line.done; line = lines.next()) {
      await breath.take();
      if (!isIn(shown(line.value.path), unreadable)) yield { path: line.value.path, was: line.value };
    }
  } finally {
    steps.return(undefined as never);
    lines.return();
  }
}

/** Whether it is what was made, by what a box cannot set: when its inode was changed last. */
function isUntouched(fork: Fork, was: ManifestLine, entry: WalkEntry): boolean {
  if (was.kind !== entry.kind) return false;
  if (was.kind === "folder") return true;
  return was.kind === "file" && was.size === entry.size && was.mtime === String(entry.mtimeNs) &&
    (entry.mode & 0o777) === (was.mode & 0o777) && entry.ctimeNs <= BigInt(fork.madeAt) * 1_000_000n;
}

function stateOf(helper: Folder, entry: WalkEntry): Now | "denied" | undefined {
  const { kind, size, mode, mtimeNs, nature } = entry;
  const now = { kind, size: kind === "file" ? size : 0, mode: mode & 0o777, mtimeNs, nature };
  if (kind === "symlink") {
    const target = linkTarget(entry);
    return target && { ...now, target: nameText(target) };
  }
  if (kind !== "file" || size > SUM_BYTES) return now;
  let isDenied = false;
  const sum = hashFile(helper.path, entry, () => void (isDenied = true));
  // It went away just now: as if it had before.
  return isDenied ? "denied" : sum === undefined ? undefined : { ...now, sum };
}

/** Whether what there is equals what there was, whatever became of it meanwhile. */
function isSame(was: ManifestLine, now: Now): boolean {
  if (was.kind !== now.kind) return false;
  if (was.kind === "symlink") return was.target === now.target;
  if (was.kind !== "file") return true;
  return was.size === now.size && (was.mode & 0o777) === now.mode && was.sha256 !== undefined &&
    was.sha256 === now.sum;
}
