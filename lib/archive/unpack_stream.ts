/**
 * Unpacking what a box sends, as it comes, into a fresh folder. All of it is suspect: it is read as any archive is, and no link in it may
 * lead out of the folder, also not together with others.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { cName, errnoName, libc, Open } from "../host/libc/libc.ts";
import { cannot } from "../host/store.ts";
import type { Folder } from "../host/tree/folder.ts";
import { removeAt } from "../host/tree/remove.ts";
import { archiveFrom } from "./in_stream.ts";
import { type ArchiveLimits, limitsFrom, tooBig } from "./limits.ts";
import { type ArchiveEntry, TarReader } from "./tar_reader.ts";
import { type UnpackedCounts, Unpacker } from "./unpacker.ts";

/** What was unpacked. */
export interface UnpackedStream extends Readonly<UnpackedCounts> {
  /** Symlinks that would have led out of the folder, and were left out. */
  readonly leading: readonly string[];
}

/** How a stream is unpacked. */
export interface StreamOptions {
  /** What it is called in messages. */
  readonly subject: string;
  /** Ends the work. */
  readonly signal?: AbortSignal;
  readonly limits?: Partial<ArchiveLimits>;
  /** Called with the path of each member before anything is made of it. What it throws ends the work. */
  readonly onEntry?: (path: string) => void;
}

/**
 * Unpacks an archive into a new folder `name` of `folder`. After an error that is gone again. Throws what reading an archive throws:
 * `bad-archive`, `unsafe-archive`, `too-large`.
 */
export async function unpackStream(
  stream: ReadableStream<Uint8Array>,
  { folder, name }: { readonly folder: Folder; readonly name: string },
  options: StreamOptions,
): Promise<UnpackedStream> {
  if (!folder.make(name, 0o700)) throw cannot("create", `${folder.shown}/${name}`, new Error("it exists"));
  try {
    return await unpack(stream, folder, name, options);
  } catch (error) {
    await removeAt(folder.fd, cName(name), `${folder.shown}/${name}`);
    if (!(error instanceof KanibakoError) || error.code !== "too-large") throw error;
    throw new KanibakoError("too-large", error.message, { hint: "Copy parts of it, one after the other." });
  }
}

async function unpack(
  stream: ReadableStream<Uint8Array>,
  folder: Folder,
  name: string,
  { subject, signal, limits: given, onEntry }: StreamOptions,
): Promise<UnpackedStream> {
  const limits = limitsFrom({ ratio: Infinity, ...given });
  const shown = `${folder.shown}/${name}`;
  const fd = libc().open(folder.fd, cName(name), Open.READ | Open.FOLDER | Open.NOFOLLOW);
  if (fd < 0) throw cannot("open", shown, new Error(errnoName(fd)));
  using unpacker = new Unpacker(shown, fd, subject, limits, {});
  await using input = archiveFrom(stream, limits, () => tooBig(subject, limits), signal);
  const reader = new TarReader(input, subject, limits, true);
  const leading = new Set<string>();
  for (let entry = await reader.next(); entry; entry = await reader.next()) {
    onEntry?.(entry.path);
    // Another name of a link that was left out is that link.
    const leads = entry.kind === "symlink" ? !staysInside(entry) : leading.has(entry.target ?? "");
    if (leads) {
      unpacker.keep(entry.path);
      leading.add(entry.path);
      continue;
    }
    await unpacker.add({ ...entry, content: () => reader.content() }, entry.path, entry.target);
  }
  unpacker.finish();
  return { ...unpacker.counts, leading: [...leading] };
}

/**
 * Whether a symlink leads to something below the folder. It may go up first, not farther than to the folder, and then only down: so it
 * stays there whatever the names that it goes through are.
 */
export function staysInside({ path, target = "" }: Pick<ArchiveEntry, "path" | "target">): boolean {
  if (target.startsWith("/")) return false;
  const names = target.split("/").filter((name) => name !== "" && name !== ".");
  const down = names.findIndex((name) => name !== "..");
  const up = down < 0 ? names.length : down;
  return up <= path.split("/").length - 1 && !names.slice(up).includes("..");
}
