/**
 * Frames: how two processes talk over one connection. Each is four bytes of length (big endian, of what follows), one byte that
 * says what it is, and its content. What the other side sends is suspect: a length beyond the limit ends the connection before
 * anything of it is kept.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";

/** What a frame is. The numbers are part of the protocol. */
export const FRAME = {
  /** A message, as JSON. */
  message: 0,
  /** Bytes for the command's standard input. Without content: its end. */
  stdin: 1,
  /** Bytes of the command's standard output, or of its terminal. Without content: its end. */
  stdout: 2,
  /** Bytes of the command's standard error. Without content: its end. */
  stderr: 3,
} as const;

/** A stream of a command. */
export type StreamName = "stdin" | "stdout" | "stderr";

/** One frame. `content` is valid until the next one is read. */
export interface Frame {
  readonly kind: number;
  readonly content: Uint8Array;
}

/** Most bytes of a message: the arguments and variables that a kernel passes to a program fit. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Most bytes of a piece of a stream. */
export const MAX_CHUNK_BYTES = 64 * 1024;

const HEADER_BYTES = 5;

/** Something bytes come from: a connection. */
export interface ByteSource {
  /** Reads into `into`; how many bytes, or `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** Something bytes go to: a connection. */
export interface ByteTarget {
  /** Writes some of `bytes`; how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** What the other side sent is no frame of ours. */
function malformed(what: string): KanibakoError {
  return new KanibakoError("wire", `The other side does not speak the protocol: ${what}.`);
}

/** The connection ended within a frame: whoever sent it was killed, or it is none of ours. */
function cut(): KanibakoError {
  return new KanibakoError("wire-cut", "The connection ended in the middle of a message.");
}

/** A frame, as it is sent. */
export function encodeFrame(kind: number, content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + content.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, content.length);
  view.setUint8(4, kind);
  frame.set(content, HEADER_BYTES);
  return frame;
}

/** Reads frames, one at a time. */
export class FrameReader {
  readonly #source: ByteSource;
  readonly #most: number;
  /** Most readers read one short message. It grows. */
  #buffer = new Uint8Array(1024);
  #start = 0;
  #end = 0;

  /** `most`: most bytes of a frame, where only short ones are expected. No more than that is kept of what comes. */
  constructor(source: ByteSource, most: number = MAX_MESSAGE_BYTES) {
    this.#source = source;
    this.#most = most;
  }

  /** The next frame, or `undefined` at the end of the connection. Throws `wire` for what is no frame, and `wire-cut` when it ends within one. */
  async next(): Promise<Frame | undefined> {
    if (!await this.#fill(HEADER_BYTES)) {
      if (this.#end > this.#start) throw cut();
      return undefined;
    }
    const view = new DataView(this.#buffer.buffer, this.#start, HEADER_BYTES);
    const [length, kind] = [view.getUint32(0), view.getUint8(4)];
    const most = Math.min(kind === FRAME.message ? MAX_MESSAGE_BYTES : MAX_CHUNK_BYTES, this.#most);
    if (kind > FRAME.stderr) throw malformed(`a frame of kind ${kind}`);
    if (length > most) throw malformed(`a frame of ${length} bytes`);
    if (!await this.#fill(HEADER_BYTES + length)) throw cut();
    const content = this.#buffer.subarray(this.#start + HEADER_BYTES, this.#start + HEADER_BYTES + length);
    this.#start += HEADER_BYTES + length;
    return { kind, content };
  }

  /** Whether more has been read than was given out. */
  get hasMore(): boolean {
    return this.#end > this.#start;
  }

  /** Bytes that came after the last frame: what follows is no frame any more. */
  rest(): Uint8Array {
    const rest = this.#buffer.slice(this.#start, this.#end);
    this.#start = this.#end;
    return rest;
  }

  /** Reads until so many bytes are there. False when the connection ends before. */
  async #fill(bytes: number): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#start + bytes > this.#buffer.length) this.#makeRoom(bytes);
    while (this.#end - this.#start < bytes) {
      const count = await this.#source.read(this.#buffer.subarray(this.#end));
      if (count === null) return false;
      this.#end += count;
    }
    return true;
  }

  /** Moves what is there to the front, in a larger buffer where a message needs one. Large ones are rare, and are let go of again. */
  #makeRoom(bytes: number): void {
    const usual = Math.min(MAX_CHUNK_BYTES, this.#most) + HEADER_BYTES;
    const size = Math.max(bytes, usual);
    const rest = this.#buffer.subarray(this.#start, this.#end);
    if (size === this.#buffer.length) this.#buffer.copyWithin(0, this.#start, this.#end);
    else {
      const larger = new Uint8Array(Math.max(size, rest.length));
      larger.set(rest);
      this.#buffer = larger;
    }
    this.#end -= this.#start;
    this.#start = 0;
  }
}

/** Writes frames, whole and in order, whoever writes. */
export class FrameWriter {
  readonly #target: ByteTarget;
  #last: Promise<void> = Promise.resolve();

  constructor(target: ByteTarget) {
    this.#target = target;
  }

  /** Writes one frame; `content` may be used again once it resolves. Rejects when the connection is gone. */
  write(kind: number, content: Uint8Array): Promise<void> {
    const writing = this.#last.then(() => this.#write(kind, content));
    this.#last = writing.catch(() => {});
    return writing;
  }

  /** Writes a message. */
  message(message: unknown): Promise<void> {
    const content = new TextEncoder().encode(JSON.stringify(message));
    if (content.length > MAX_MESSAGE_BYTES) {
      return Promise.reject(
        new KanibakoError(
          "too-long",
          `Cannot pass on ${content.length} bytes of words and variables.`,
          { hint: `At most ${MAX_MESSAGE_BYTES} bytes fit.` },
        ),
      );
    }
    return this.write(FRAME.message, content);
  }

  async #write(kind: number, content: Uint8Array): Promise<void> {
    const frame = encodeFrame(kind, content);
    for (let done = 0; done < frame.length;) done += await this.#target.write(frame.subarray(done));
  }
}
