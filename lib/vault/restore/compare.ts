/**
 * Whether a fresh tree is what its snapshot holds.
 *
 * @module
 */

import { keptModes } from "./materialise.ts";
import {
  comparePaths,
  isSealed,
  linesOf,
  type ManifestLine,
  readManifest,
  type TreePart,
} from "../checksums/manifest.ts";
import { selects } from "../compare/select_paths.ts";
import { openPart, type Snapshot, type Vault } from "../store.ts";

/**
 * The first path that differs; `undefined`: none. Checksums are compared where the snapshot has them, else lengths, times and
 * permissions. What an archive held was compared with its checksums while it was unpacked.
 */
export function compareWithSnapshot(
  vault: Vault,
  snapshot: Snapshot,
  fresh: TreePart,
  paths?: readonly string[],
): string | undefined {
  using source = openPart(vault, snapshot, fresh.name);
  if (!source) return undefined;
  using folder = vault.versions.open(snapshot.name)!;
  const sealed = snapshot.form === "whole" && isSealed(folder);
  const wanted = paths && selects(paths);
  const noSum = () => "";
  // What is shared without being read may hold what we may not read: on both sides, then.
  const passOver = () => {};
  const kept = keptModes(snapshot);
  const said = sealed
    ? readManifest(folder, paths)
    : linesOf({ name: fresh.name, folder: source }, noSum, paths, passOver);
  const found = linesOf(fresh, sealed ? undefined : noSum, undefined, sealed ? undefined : passOver);
  const next = (): ManifestLine | undefined => {
    for (let line = said.next(); !line.done; line = said.next()) {
      const { part, path, kind } = line.value;
      // FIFOs, sockets and devices are in no copy; a snapshot of a subvolume has them.
      if (
        part === fresh.name && kind !== "other" &&
        (!wanted || wanted(path, kind === "folder" ? "folder" : "file"))
      ) {
        return line.value;
      }
    }
    return undefined;
  };
  try {
    for (const line of found) {
      if (line.kind === "other") continue;
      const expected = next();
      if (!expected || comparePaths(expected.path, line.path) !== 0) {
        return expected && comparePaths(expected.path, line.path) < 0 ? expected.path : line.path;
      }
      if (!isSame(expected, line, kept)) return line.path;
    }
    return next()?.path;
  } finally {
    said.return();
    found.return();
  }
}

function isSame(a: ManifestLine, b: ManifestLine, kept: number): boolean {
  return a.kind === b.kind && a.size === b.size && a.sha256 === b.sha256 && a.target === b.target &&
    (a.kind === "symlink" || (a.mode & kept) === (b.mode & 0o777)) &&
    (a.kind !== "file" || a.mtime === b.mtime);
}
