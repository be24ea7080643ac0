/**
 * The caller's side of a call: what is asked for, and the streams of the command as frames.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FRAME, type Frame, FrameReader, FrameWriter } from "./frame.ts";
import { type CallerMessage, type CallRequest, parseMessage, STEWARD_MESSAGE } from "./messages.ts";
import { Sink } from "./sink.ts";
import { awaitWelcome } from "./welcome.ts";
import { Window } from "./window.ts";

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

/** How a call ended. */
export type CallEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "failed"; readonly message: string }
  /** It was given up; with the code, where the command had ended by then. */
  | { readonly kind: "abandoned"; readonly code: number | undefined }
  /** The connection ended before all the command said was heard. */
  | { readonly kind: "lost"; readonly started: boolean };

/** A call under way. */
export class Caller implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #stdin: Window;
  #closed = false;
  #started = false;
  #abandon: () => void = () => {};

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reader = new FrameReader(conn);
    this.#writer = new FrameWriter(conn);
    this.#stdin = new Window(this.#writer, FRAME.stdin);
  }

  /**
   * Greets a steward on a connection to the host's half. `undefined`: there is none, and nothing was asked for. `waits`: is given the
   * number of calls that are under way where those are as many as may be.
   */
  static async greet(
    conn: Deno.Conn,
    waits: (calls: number) => void = () => {},
  ): Promise<Caller | undefined> {
    const caller = new Caller(conn);
    if (await awaitWelcome(caller.#reader, waits)) return caller;
    caller[Symbol.dispose]();
    return undefined;
  }

  /** Whether the command has begun. */
  get started(): boolean {
    return this.#started;
  }

  /** Makes the call, once. Rejects with `wire` for a steward that does not speak the protocol, and with the error of a sink or an input. */
  async call(request: CallRequest, streams: CallStreams): Promise<CallEnd> {
    let broken: { readonly error: unknown } | undefined;
    const fail = (error: unknown) => {
      if (this.#closed) return;
      broken = { error };
      this[Symbol.dispose]();
    };
    try {
      await this.#writer.message({ call: request });
      // An input that fails must not look to the command like one that ends. A read of our own cannot be taken back.
      void this.#feed(streams.stdin).catch(fail);
      const end = await this.#listen(streams, fail);
      if (broken) throw broken.error;
      return end;
    } catch (error) {
      throw broken ? broken.error : error;
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Says something to the running command. Never rejects: it may have ended. */
  async say(message: CallerMessage): Promise<void> {
    await this.#writer.message(message).catch(() => {});
  }

  /** Gives the call up, whoever still reads what the command said. The command is ended by the steward. */
  abandon(): void {
    this.#abandon();
    this[Symbol.dispose]();
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stdin.close();
    this.#conn.close();
  }

  async #listen(streams: CallStreams, fail: (error: unknown) => void): Promise<CallEnd> {
    const sink = (name: "stdout" | "stderr") =>
      new Sink(streams[name], (bytes) => void this.say({ took: name, bytes }), fail);
    const sinks = { stdout: sink("stdout"), stderr: sink("stderr") };
    const open = new Set<string>(["stdout", "stderr"]);
    const { promise: givenUp, resolve } = Promise.withResolvers<CallEnd>();
    let code: number | undefined;
    this.#abandon = () => resolve({ kind: "abandoned", code });
    const heard = async (): Promise<CallEnd> => {
      while (code === undefined || open.size > 0) {
        const frame = await this.#next();
        if (!frame) return { kind: "lost", started: this.#started };
        if (frame.kind === FRAME.stdout || frame.kind === FRAME.stderr) {
          const name = frame.kind === FRAME.stdout ? "stdout" : "stderr";
          if (!open.has(name)) {
            throw new KanibakoError("wire", "The steward sent more after the end of a stream.");
          }
          if (frame.content.length === 0) open.delete(name);
          else await sinks[name].push(frame.content.slice());
        } else if (frame.kind === FRAME.message) {
          const message = parseMessage(frame.content, STEWARD_MESSAGE);
          if ("failed" in message) return { kind: "failed", message: message.failed };
          if ("exit" in message) code = message.exit;
          else if ("started" in message) this.#started = true;
          else this.#stdin.widen(message.more);
        } else throw new KanibakoError("wire", "The steward sent a stream that goes the other way.");
      }
      await Promise.all([sinks.stdout.end(), sinks.stderr.end()]);
      return { kind: "exit", code };
    };
    const hearing = heard();
    hearing.catch(() => {});
    return await Promise.race([hearing, givenUp]);
  }

  /** A connection that is cut counts as one that ended. */
  async #next(): Promise<Frame | undefined> {
    try {
      return await this.#reader.next();
    } catch (error) {
      if (error instanceof KanibakoError && error.code !== "wire-cut") throw error;
      return undefined;
    }
  }

  async #feed(stdin: CallInput | undefined): Promise<void> {
    try {
      for (let part = await stdin?.next(); part && !this.#closed; part = await stdin?.next()) {
        await this.#stdin.send(part);
      }
      await this.#stdin.end();
    } finally {
      stdin?.cancel();
    }
  }
}
