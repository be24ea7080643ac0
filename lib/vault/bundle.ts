/**
 * Snapshots as files, to keep elsewhere or to take to another machine.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import { walkTree } from "../host/tree_walk.ts";
import { extractArchive } from "../archive/extract.ts";
import { packArchive } from "../archive/write.ts";
import { bring } from "./bring.ts";
import { checkSnapshotName, isSnapshotName } from "./names.ts";
import { publishAs } from "./snapshot.ts";
import {
  archiveOf,
  discard,
  findSnapshot,
  listSnapshots,
  makeDraft,
  openPart,
  type Snapshot,
  sweepVault,
  type Vault,
} from "./store.ts";

/** Writes a snapshot as one compressed archive. Returns its size in bytes. Throws `exists` unless told to overwrite. */
export async function exportSnapshot(
  vault: Vault,
  name: string,
  file: string,
  options: {
    readonly overwrite: boolean;
    readonly onProgress?: (done: { readonly files: number; readonly bytes: number }) => void;
  },
): Promise<number> {
  const snapshot = await findSnapshot(vault, name);
  const compression = file.endsWith(".xz") ? "xz" : file.endsWith(".tar") ? "none" : "zst";
  const draft = makeDraft(vault);
  try {
    using folder = draft.folder;
    // An archive is unpacked first: so its checksums are looked at, and the file is compressed as its name says.
    const unpacked = archiveOf(vault, snapshot) !== undefined;
    if (unpacked) await bring(vault, snapshot, { part: "content", into: folder, name: "content" });
    const report = await packArchive(file, compression, async (writer) => {
      for (const part of ["content", "home"] as const) {
        using tree = unpacked ? folder.open(part) : openPart(vault, snapshot, part);
        if (tree) {
          await writer.addTree(tree.path, part, options.onProgress ? { onProgress: options.onProgress } : {});
        }
      }
    }, { overwrite: options.overwrite });
    return report.archiveBytes;
  } finally {
    await discard(vault.versions, draft.name);
  }
}

/** Makes a snapshot of an archive: an exported one, or any that is a tar. */
export async function importSnapshot(
  vault: Vault,
  file: string,
  options: { readonly name?: string | undefined; readonly note?: string | undefined },
): Promise<Snapshot> {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.tar(\.\w+)?$|\.t[gx]z$/, "");
  if (options.name !== undefined) checkSnapshotName(options.name);
  await sweepVault(vault);
  const { all, damaged } = await listSnapshots(vault);
  const taken = new Set([...all.map(({ name }) => name), ...damaged]);
  if (options.name !== undefined && taken.has(options.name)) {
    throw new KanibakoError("name-taken", `There is a snapshot ${shellQuote(options.name)} already.`, {
      hint: "Choose another name.",
    });
  }
  const draft = makeDraft(vault);
  let made = false;
  try {
    const takenAt = Date.now();
    await extractArchive(file, `${draft.folder.path}/unpacked`, {});
    using unpacked = draft.folder.open("unpacked")!;
    const names = [...Deno.readDirSync(unpacked.path)].map(({ name }) => name);
    const ours = names.includes("content") && names.every((name) => ["content", "home"].includes(name));
    if (ours) { for (const name of names) unpacked.move(name, draft.folder, name); }
    else draft.folder.move("unpacked", draft.folder, "content");
    if (ours) await discard(draft.folder, "unpacked");
    const report = walkTree(draft.folder.path, () => {});
    const wanted = options.name ?? (isSnapshotName(base) && !taken.has(base) ? base : undefined);
    made = true;
    return await publishAs(
      vault,
      {
        ...draft,
        record: {
          format: 1,
          id: crypto.randomUUID(),
          note: options.note ?? `imported from ${base}`,
          takenAt,
          completeAt: Date.now() + 1,
          auto: false,
          strategy: "copy",
          files: report.files,
          bytes: report.bytes,
          ownBytes: report.allocated,
          skipped: 0,
          home: names.includes("home") && ours,
        },
      },
      wanted,
      taken,
    );
  } finally {
    if (!made) {
      draft.folder[Symbol.dispose]();
      await discard(vault.versions, draft.name);
    }
  }
}
