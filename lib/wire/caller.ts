/**
 * The caller's side of a call: what is asked for, and the streams of the command as frames.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FRAME, type Frame, FrameReader, FrameWriter, MAX_CHUNK_BYTES } from "./frame.ts";
import {
  type CallerMessage,
  type CallRequest,
  GREETING,
  INPUT_WINDOW_BYTES,
  parseMessage,
  STEWARD_MESSAGE,
} from "./messages.ts";

/** What a command reads. */
export interface CallInput {
  /** The next piece; `undefined` at its end. */
  next(): Promise<Uint8Array | undefined>;
  /** Nobody reads any more. */
  cancel(): void;
}

/** Where a command's bytes come from and go to. A promise holds the sender back. */
export interface CallStreams {
  readonly stdin?: CallInput;
  readonly stdout: (chunk: Uint8Array) => void | Promise<void>;
  readonly stderr: (chunk: Uint8Array) => void | Promise<void>;
}

/** How a call ended. `lost`: the connection ended before the command did. */
export type CallEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "lost"; readonly started: boolean };

/** A call under way. */
export class Caller implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  #window = INPUT_WINDOW_BYTES;
  #wake: (() => void) | undefined;
  #closed = false;

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reader = new FrameReader(conn);
    this.#writer = new FrameWriter(conn);
  }

  /** Greets a steward on a connection to the host's half. `undefined`: there is none, and nothing was asked for. */
  static async greet(conn: Deno.Conn): Promise<Caller | undefined> {
    const caller = new Caller(conn);
    try {
      const greeting = await caller.#reader.next();
      if (greeting?.kind === FRAME.message) {
        parseMessage(greeting.content, GREETING);
        return caller;
      }
    } catch { /* as if there were none */ }
    caller[Symbol.dispose]();
    return undefined;
  }

  /** Makes the call, once. Rejects with `wire` for a steward that does not speak the protocol, and with the error of a sink or an input. */
  async call(request: CallRequest, streams: CallStreams): Promise<CallEnd> {
    await this.#writer.message({ call: request });
    let broken: { readonly error: unknown } | undefined;
    const feeding = this.#feed(streams.stdin).catch((error: unknown) => {
      if (this.#closed) return;
      // An input that fails must not look to the command like one that ends.
      broken = { error };
      this[Symbol.dispose]();
    });
    try {
      return await this.#listen(streams);
    } catch (error) {
      throw broken ? broken.error : error;
    } finally {
      this[Symbol.dispose]();
      // A read of our own input cannot be taken back, and nobody waits for it.
      void feeding;
    }
  }

  /** Says something to the running command. Never rejects: it may have ended. */
  async say(message: CallerMessage): Promise<void> {
    await this.#writer.message(message).catch(() => {});
  }

  /** Gives the call up. The command is ended by the steward. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.();
    this.#conn.close();
  }

  async #listen(streams: CallStreams): Promise<CallEnd> {
    let started = false;
    for (;;) {
      const frame = await this.#next();
      if (!frame) return { kind: "lost", started };
      if (frame.kind === FRAME.stdout) await streams.stdout(frame.content.slice());
      else if (frame.kind === FRAME.stderr) await streams.stderr(frame.content.slice());
      else if (frame.kind === FRAME.message) {
        const message = parseMessage(frame.content, STEWARD_MESSAGE);
        if ("exit" in message) return { kind: "exit", code: message.exit };
        if ("failed" in message) return { kind: "failed", message: message.failed };
        if ("started" in message) started = true;
        else {
          this.#window = Math.min(INPUT_WINDOW_BYTES, this.#window + message.more);
          this.#wake?.();
        }
      } else throw new KanibakoError("wire", "The steward sent a stream that goes the other way.");
    }
  }

  /** A connection that is cut counts as one that ended. */
  async #next(): Promise<Frame | undefined> {
    try {
      return await this.#reader.next();
    } catch (error) {
      if (error instanceof KanibakoError) throw error;
      return undefined;
    }
  }

  async #feed(stdin: CallInput | undefined): Promise<void> {
    try {
      for (let part = await stdin?.next(); part; part = await stdin?.next()) {
        for (let at = 0; at < part.length;) {
          const room = await this.#room();
          if (room === 0) return;
          const piece = part.subarray(at, at + Math.min(room, MAX_CHUNK_BYTES));
          this.#window -= piece.length;
          at += piece.length;
          await this.#writer.write(FRAME.stdin, piece);
        }
      }
      await this.#writer.write(FRAME.stdin, new Uint8Array());
    } finally {
      stdin?.cancel();
    }
  }

  /** Waits until the steward takes more. 0: the call is over. */
  async #room(): Promise<number> {
    while (this.#window === 0 && !this.#closed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#closed ? 0 : this.#window;
  }
}
