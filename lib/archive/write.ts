/**
 * Writing an archive: whole or not at all.
 *
 * It may be written into a workspace, while its box runs: the folder and the file are held by their handles, so that no
 * link a box puts in the place of a name can lead what is written elsewhere.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { interruptible } from "../host/interruption.ts";
import { HeldFile } from "../host/tree/held_file.ts";
import { cName, Errno, errnoName, libc, Rename } from "../host/libc/libc.ts";
import { filterInto } from "../host/filter_process.ts";
import { cannot, isThere } from "../host/store.ts";
import { quotePath } from "../host/ui/quote_path.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { type FoundCompression, packCommand } from "./compression.ts";
import { holdUnfinished, sweepUnfinished, unfinishedName } from "./leftovers.ts";
import { type ArchiveLimits, isAboveDefault, limitsFrom } from "./limits.ts";
import { ManifestFile } from "./manifest_file.ts";
import { OutStream, type Sink } from "./out_stream.ts";
import type { PackedCounts } from "./member_writer.ts";
import { TarWriter } from "./tar_writer.ts";

export type { Compression } from "./compression.ts";
export type { PackedCounts } from "./member_writer.ts";
export type { TarWriter } from "./tar_writer.ts";

/** How much goes to the compressor before what it has written is sent to the disk. */
const EARLY_SYNC_BYTES = 64 * 2 ** 20;

/** How an archive is written. */
export interface PackOptions {
  /** Takes the place of a file that is there. Without it that is the error `exists`. */
  readonly overwrite?: boolean;
  /** Above them: the error `too-large`. [default: the limits of a reader] */
  readonly limits?: Partial<ArchiveLimits>;
  /** Ends the work; nothing is left behind. */
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface PackReport extends Readonly<PackedCounts> {
  /** The size of the archive's file in bytes. */
  readonly archiveBytes: number;
  /** What it is unpacked, headers included, in bytes. */
  readonly unpackedBytes: number;
}

/** Whether a reader with the default limits refuses what was written. */
export function isLarge(report: PackReport): boolean {
  const { files, folders, symlinks, hardLinks } = report;
  return isAboveDefault({ ...report, entries: files + folders + symlinks + hardLinks });
}

/** Where the bytes of an archive end up. */
interface Destination {
  readonly write: Sink;
  /** All was written: returns when it is on the disk. */
  finish(): Promise<void>;
  /** Ends it without success. */
  abandon(): Promise<void>;
}

/**
 * Writes an archive: calls `fill` to put something in, adds the manifest, and gives the file its name when all is on the
 * disk. The file has mode 0600. After an error, and after a signal that ends the program, nothing is left behind; what a killed
 * call left, the next one for that folder removes.
 *
 * Throws `exists`, `no-compressor`, `cannot-write`, `interrupted`, and what `fill` throws.
 */
export async function packArchive(
  target: string,
  compression: FoundCompression,
  fill: (writer: TarWriter) => Promise<void>,
  options: PackOptions = {},
): Promise<PackReport> {
  const limits = limitsFrom(options.limits);
  return await writeWhole(target, compression, async (out, beside) => {
    using manifest = new ManifestFile(`${beside}.list`);
    const writer = new TarWriter(out, manifest, `the archive ${quotePath(target)}`, limits);
    await fill(writer);
    await writer.finish();
    return (archiveBytes) => ({ ...writer.counts, archiveBytes, unpackedBytes: out.total });
  }, options);
}

/**
 * Writes a file as {@link packArchive} does, whatever is in it. `fill` puts everything into the stream and finishes it; it may keep
 * files beside the unfinished one, whose names begin with what it is given. It answers what the size of the file makes a result.
 */
export async function writeWhole<T>(
  target: string,
  compression: FoundCompression,
  fill: (out: OutStream, beside: string, signal: AbortSignal) => Promise<(archiveBytes: number) => T>,
  options: Omit<PackOptions, "limits"> = {},
): Promise<T> {
  const command = packCommand(compression);
  if (!options.overwrite && isThere(target)) throw alreadyThere(target);
  using folder = await openTarget(target);
  return await interruptible(async (signal) => {
    sweepUnfinished(folder);
    const name = unfinishedName();
    using file = HeldFile.make(folder, name);
    using _held = holdUnfinished(file.path);
    let destination: Destination | undefined;
    try {
      destination = await open(file.path, command, target);
      const out = new OutStream(destination.write, signal);
      const result = await fill(out, `${folder.path}/${name}`, signal);
      await destination.finish();
      signal.throwIfAborted();
      const archiveBytes = file.size;
      if (!file.isNamed(folder, name)) throw swapped(target);
      await giveName(folder, name, target, options.overwrite ?? false);
      return result(archiveBytes);
    } catch (cause) {
      await destination?.abandon();
      libc().unlink(folder.fd, cName(name));
      if (cause instanceof KanibakoError || signal.aborted) throw cause;
      throw cannot("write", target, cause);
    }
  }, options.signal);
}

async function openTarget(target: string): Promise<Folder> {
  const path = await Deno.realPath(folderOf(target)).catch((cause) => {
    throw cannot("write", target, cause);
  });
  return openFolder(path);
}

async function open(
  path: string,
  command: readonly string[] | undefined,
  target: string,
): Promise<Destination> {
  if (command) return await compressed(path, command, target);
  const file = Deno.openSync(path, { write: true });
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    },
    finish: async () => {
      await file.sync();
      file.close();
    },
    abandon: () => {
      try {
        file.close();
      } catch { /* it was closed before what failed */ }
      return Promise.resolve();
    },
  };
}

async function compressed(
  temporary: string,
  command: readonly string[],
  target: string,
): Promise<Destination> {
  const early = new EarlySync(temporary);
  const filter = await filterInto(command, temporary);
  let ended = false;
  const finish = async () => {
    ended = true;
    const { code, stderr } = await filter.end();
    if (code === 0) return;
    const why = /no space left|disk quota/i.test(stderr) ? "no space left" : `${command[0]} failed`;
    throw new KanibakoError("cannot-write", `Cannot write ${quotePath(target)}: ${why}`, { output: stderr });
  };
  return {
    write: async (bytes) => {
      early.count(bytes.length);
      try {
        await filter.write(bytes);
      } catch (cause) {
        // When it takes no more it has ended, and says why.
        if (!ended) await finish();
        throw cause;
      }
    },
    finish: async () => {
      await finish();
      await early.finish();
    },
    abandon: async () => {
      if (!ended) await filter.kill();
      await early.close();
    },
  };
}

/** Sends a file to the disk while another process still writes it, so that little is left to wait for in the end. */
class EarlySync {
  readonly #file: Deno.FsFile;
  #bytes = 0;
  #pending: Promise<void> | undefined;

  constructor(path: string) {
    this.#file = Deno.openSync(path, { read: true });
  }

  /** So much more went into what is written. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < EARLY_SYNC_BYTES || this.#pending) return;
    this.#bytes = 0;
    this.#pending = this.#file.syncData().catch(() => {}).finally(() => this.#pending = undefined);
  }

  /** Waits until all is on the disk. */
  async finish(): Promise<void> {
    await this.#pending;
    await this.#file.sync();
    this.#file.close();
  }

  /** Lets go. */
  async close(): Promise<void> {
    await this.#pending;
    try {
      this.#file.close();
    } catch { /* finish did */ }
  }
}

/** Gives a finished file its name, and takes care that the name lasts. */
async function giveName(
  folder: Folder,
  from: string,
  target: string,
  overwrite: boolean,
): Promise<void> {
  const name = target.slice(target.lastIndexOf("/") + 1);
  const rename = (flags: number) => libc().rename(folder.fd, cName(from), folder.fd, cName(name), flags);
  let result = rename(overwrite ? 0 : Rename.NOREPLACE);
  // Somebody may have made one meanwhile.
  if (result === -Errno.EEXIST) throw alreadyThere(target);
  // Not every file system can promise that.
  if (result === -Errno.EINVAL && !isThere(target)) result = rename(0);
  if (result < 0) throw cannot("write", target, new Error(errnoName(result)));
  using opened = await Deno.open(folder.path, { read: true });
  await opened.sync().catch(() => {}); // some file systems have nothing to say to that
}

function alreadyThere(target: string): KanibakoError {
  return new KanibakoError("exists", `Cannot write ${quotePath(target)}: the file exists`, {
    hint: "Use another name, or remove it.",
  });
}

function swapped(target: string): KanibakoError {
  return new KanibakoError(
    "changed",
    `Cannot write ${quotePath(target)}: the file was swapped for another`,
    {
      hint: "A box may write in that folder. Choose another one.",
    },
  );
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}
