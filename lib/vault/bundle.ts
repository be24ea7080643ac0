/**
 * Snapshots as files, to keep elsewhere or to take to another machine.
 *
 * @module
 */

import * as z from "zod/mini";
import { KanibakoError, UsageError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { readJson } from "../host/store.ts";
import type { Folder } from "../host/tree/folder.ts";
import { giveTree } from "../host/tree/modes.ts";
import { walkTree } from "../host/tree/walk.ts";
import { compressionOf } from "../project/archive/file.ts";
import { OWN_LIMITS } from "../archive/limits.ts";
import { extractArchive, type Owner } from "../archive/extract.ts";
import { isLarge, packArchive } from "../archive/write.ts";
import { ownerOf } from "./restore/materialise.ts";
import { isSealed } from "./checksums/manifest.ts";
import { checkSnapshotName, isSnapshotName } from "./names.ts";
import { plainPaths } from "./compare/select_paths.ts";
import { openSnapshot } from "./compare/sides.ts";
import { publishAs } from "./snapshot/snapshot.ts";
import {
  discard,
  listSnapshots,
  makeDraft,
  namesOf,
  ofProject,
  type Snapshot,
  sweepVault,
  type Vault,
} from "./store.ts";
import { verifySnapshot } from "./checksums/verify.ts";

/** What only we look for in a file: of a snapshot of single paths, which these are. */
const ABOUT = "snapshot.json";
const MAX_ABOUT_BYTES = 2 ** 20;
const aboutSchema = z.object({ format: z.number(), only: z.array(z.string()) });

/** What was written. */
export interface Exported {
  /** The size of the file. */
  readonly bytes: number;
  /** It holds more than an import takes by default. */
  readonly isLarge: boolean;
  /** How many files and folders are not in it because we may not read them. */
  readonly unreadable: number;
}

/**
 * Writes a snapshot as one compressed archive. Throws `exists` unless asked to overwrite, and a `UsageError` when the file's name
 * does not tell how to compress it.
 */
export async function exportSnapshot(
  vault: Vault,
  name: string,
  file: string,
  options: {
    readonly overwrite: boolean;
    readonly onProgress?: (done: { readonly files: number; readonly bytes: number }) => void;
  },
): Promise<Exported> {
  const compression = compressionOf(file);
  if (!compression) {
    throw new UsageError(`The name ${shellQuote(file)} does not say how to compress it.`, {
      hint: "Use a name that ends with .tar.zst, .tar.xz or .tar.",
    });
  }
  // An archive is unpacked first: so its checksums are looked at, and the file is compressed as its name says.
  await using side = await openSnapshot(vault, name);
  const { record, brought } = side.snapshot;
  await refuseDamaged(vault, side.snapshot);
  const report = await packArchive(file, compression, async (writer) => {
    for (const { name, folder } of side.parts) {
      await writer.addTree(folder.path, name, {
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
        unreadable: "skip",
      });
    }
    if (record.only && !brought) {
      await writer.addText(ABOUT, `${JSON.stringify({ format: 1, only: record.only })}\n`);
    }
  }, { overwrite: options.overwrite, limits: OWN_LIMITS });
  return { bytes: report.archiveBytes, isLarge: isLarge(report), unreadable: report.unreadable };
}

/** What is exported gets new checksums: damage would look whole for ever. */
async function refuseDamaged(vault: Vault, snapshot: Snapshot): Promise<void> {
  using folder = snapshot.form === "whole" ? vault.existing?.open(snapshot.name) : undefined;
  if (!folder || !isSealed(folder)) return;
  const { outcome, changed, missing, added } = await verifySnapshot(vault, snapshot);
  if (outcome !== "damaged") return;
  const path = changed[0] ?? missing[0] ?? added[0];
  throw new KanibakoError(
    "damaged-snapshot",
    `Cannot export ${shellQuote(snapshot.name)}: ${
      path === undefined ? "it is damaged" : `${shellQuote(path)} changed after it was taken`
    }.`,
    {
      hint: `See all that is damaged: kanibako box vault verify ${shellQuote(snapshot.name)}${
        ofProject(vault)
      }`,
    },
  );
}

/** Makes a snapshot of an archive: an exported one, or any that is a tar. */
export async function importSnapshot(
  vault: Vault,
  file: string,
  options: {
    readonly name?: string | undefined;
    readonly note?: string | undefined;
    /** However much it holds. */
    readonly anySize?: boolean;
  },
): Promise<Snapshot> {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.tar(\.\w+)?$|\.t([gx]z|zst)$/, "");
  if (options.name !== undefined) checkSnapshotName(options.name);
  await sweepVault(vault);
  const taken = namesOf(await listSnapshots(vault));
  if (options.name !== undefined && taken.has(options.name)) {
    throw new KanibakoError("name-taken", `There is already a snapshot ${shellQuote(options.name)}.`, {
      hint: "Choose another name.",
    });
  }
  const draft = makeDraft(vault);
  let made = false;
  try {
    const takenAt = Date.now();
    const owner = ownerOf(vault, "content");
    await extractArchive(file, `${draft.folder.path}/unpacked`, {
      ...(owner ? { owner } : {}),
      ...(options.anySize ? { limits: OWN_LIMITS } : {}),
    });
    const { home, only } = await sortOut(draft.folder, owner);
    // Its owner may have kept itself out of a folder.
    const report = walkTree(draft.folder.path, () => {}, { unreadable: "skip" });
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
          home,
          ...(only ? { only } : {}),
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

/** Moves what was unpacked to where a snapshot has it: what we wrote part by part, and all of anything else as the content. */
async function sortOut(
  draft: Folder,
  owner: Owner | undefined,
): Promise<{ readonly home: boolean; readonly only?: readonly string[] | undefined }> {
  using unpacked = draft.open("unpacked")!;
  const names = [...Deno.readDirSync(unpacked.path)].map(({ name }) => name);
  const isFolder = (name: string) => unpacked.info(name)?.kind === "folder";
  const isOurs = isFolder("content") &&
    names.every((name) =>
      ["content", "home"].includes(name) ? isFolder(name) : name === ABOUT && isAbout(unpacked)
    );
  if (!isOurs) {
    // The folder it was unpacked into is none of the archive's own.
    if (owner) giveTree(unpacked.path, owner);
    draft.move("unpacked", draft, "content");
    return { home: false };
  }
  const about = names.includes(ABOUT) ? await readJson(`${unpacked.path}/${ABOUT}`, aboutSchema) : undefined;
  const home = names.includes("home");
  for (const name of home ? ["content", "home"] : ["content"]) unpacked.move(name, draft, name);
  await discard(draft, "unpacked");
  return { home, only: about && plainPaths(about.only) };
}

function isAbout(folder: Folder): boolean {
  const info = folder.info(ABOUT);
  return info?.kind === "file" && info.size <= MAX_ABOUT_BYTES;
}
