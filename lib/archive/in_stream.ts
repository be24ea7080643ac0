/**
 * Bytes on their way in: the content of an archive, unpacked as it is read, and never more of it than is allowed.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { formatBytes } from "../host/size.ts";
import { HeldFile } from "../host/tree/held_file.ts";
import { filterFrom } from "../host/filter_process.ts";
import { cannot } from "../host/store.ts";
import { detectCompression, unpackCommand } from "./compression.ts";
import { type ArchiveLimits, mostUnpacked, overLimit } from "./limits.ts";

/** What is read at a time from a file that is not compressed. */
const PIECE_BYTES = 256 * 1024;
/** Enough to tell how a file is compressed. */
const MAGIC_BYTES = 8;

/** Where pieces come from. A piece is good until the next one is asked for. */
interface Source {
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** All was read: throws when it was not whole. */
  finish(): Promise<void>;
  /** Lets go, whatever was read. */
  close(): Promise<void>;
}

/** An archive's unpacked bytes. */
export class InStream implements AsyncDisposable {
  readonly #source: Source;
  readonly #most: number;
  readonly #tooMuch: () => KanibakoError;
  readonly #signal: AbortSignal | undefined;
  #piece: Uint8Array<ArrayBuffer> = new Uint8Array();
  #total = 0;

  /** Use {@link openArchive}. */
  constructor(source: Source, most: number, tooMuch: () => KanibakoError, signal?: AbortSignal) {
    this.#source = source;
    this.#most = most;
    this.#tooMuch = tooMuch;
    this.#signal = signal;
  }

  /** Lets go of the file and of the program that unpacks it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source.close();
  }

  /** What is at hand, at most `most` bytes and at least one; good until the next call. Nothing at the end. */
  async some(most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#piece.length === 0 && !await this.#more()) return undefined;
    const part = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  /** The next `length` bytes; fewer at the end. Good until the next call. */
  async exactly(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#piece.length >= length) {
      const whole = this.#piece.subarray(0, length);
      this.#piece = this.#piece.subarray(length);
      return whole;
    }
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const part = await this.some(length - filled);
      if (part === undefined) break;
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes.subarray(0, filled);
  }

  /** Everything was read: throws `bad-archive` when what is compressed was damaged or cut off. */
  async finish(): Promise<void> {
    await this.#source.finish();
  }

  async #more(): Promise<boolean> {
    do {
      this.#signal?.throwIfAborted();
      const piece = await this.#source.read();
      if (piece === undefined) return false;
      this.#piece = piece;
    } while (this.#piece.length === 0);
    this.#total += this.#piece.length;
    if (this.#total > this.#most) throw this.#tooMuch();
    return true;
  }
}

/**
 * Opens an archive, however it is compressed. `subject` is what it is called in messages.
 *
 * Throws `cannot-read` when it is no regular file, `bad-archive`, `no-compressor`.
 */
export async function openArchive(
  file: string,
  subject: string,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<InStream> {
  const held = HeldFile.open(file);
  try {
    const { size } = held;
    const source = await sourceOf(held.path, subject);
    const most = mostUnpacked(size, limits);
    const tooMuch = () =>
      overLimit(
        subject,
        `unpacked it would be more than ${limits.ratio} times as large as the ${formatBytes(size)} it is`,
      );
    const close = async () => {
      await source.close();
      held[Symbol.dispose]();
    };
    return new InStream({ ...source, close }, most, tooMuch, signal);
  } catch (cause) {
    held[Symbol.dispose]();
    throw cause instanceof KanibakoError ? cause : cannot("read", file, cause);
  }
}

/** An archive that comes as it is written, such as from another program; not compressed. */
export function archiveFrom(
  stream: ReadableStream<Uint8Array>,
  limits: ArchiveLimits,
  tooMuch: () => KanibakoError,
  signal?: AbortSignal,
): InStream {
  const reader = stream.getReader();
  const source: Source = {
    read: async () => (await reader.read()).value as Uint8Array<ArrayBuffer> | undefined,
    finish: () => Promise.resolve(),
    close: async () => await reader.cancel().catch(() => {}),
  };
  // What is not compressed is larger than its content by its headers.
  return new InStream(source, 2 * limits.bytes, tooMuch, signal);
}

async function sourceOf(path: string, subject: string): Promise<Source> {
  const opened = await Deno.open(path);
  try {
    const start = new Uint8Array(MAGIC_BYTES);
    const count = await opened.read(start) ?? 0;
    const command = unpackCommand(detectCompression(start.subarray(0, count), subject));
    if (!command) {
      await opened.seek(0, Deno.SeekMode.Start);
      return plain(opened);
    }
    opened.close();
    return unpacked(command, path, subject);
  } catch (error) {
    try {
      opened.close();
    } catch { /* it was closed for the program that unpacks it */ }
    throw error;
  }
}

function plain(file: Deno.FsFile): Source {
  const piece = new Uint8Array(PIECE_BYTES);
  return {
    read: async () => {
      const count = await file.read(piece);
      return count === null ? undefined : piece.subarray(0, count);
    },
    finish: () => Promise.resolve(),
    close: () => {
      file.close();
      return Promise.resolve();
    },
  };
}

function unpacked(command: readonly string[], path: string, subject: string): Source {
  const filter = filterFrom(command, path);
  const reader = filter.output.getReader();
  let ended = false;
  const finish = async () => {
    if (ended) return;
    ended = true;
    const { code, stderr } = await filter.end();
    if (code === 0) return;
    throw new KanibakoError("bad-archive", `Cannot read ${subject}: it is damaged or truncated`, {
      output: stderr,
      hint: "Nothing was changed. Use another copy.",
    });
  };
  return {
    read: async () => {
      const { done, value } = await reader.read();
      if (!done) return value;
      // What came out before it broke off must not pass for all of it.
      await finish();
      return undefined;
    },
    finish,
    close: async () => {
      if (ended) return;
      ended = true;
      await filter.kill();
    },
  };
}
