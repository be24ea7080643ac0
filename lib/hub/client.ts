/**
 * Asks a hub: one connection, one question after the other. Who asks is decided by the socket, on the other side.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { connectTo } from "../host/unix_socket.ts";
import { FRAME, FrameReader, FrameWriter } from "../wire/frame.ts";
import { type Action, ANSWERS, type AnswerTo, type Fields, STATUS } from "./words.ts";

/** A connection to a hub. */
export class HubClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reader = new FrameReader(conn);
    this.#writer = new FrameWriter(conn);
  }

  /** Connects to the socket of a hub. `undefined`: nobody listens there. */
  static async connect(path: string): Promise<HubClient | undefined> {
    const conn = await connectTo(path);
    return conn && new HubClient(conn);
  }

  /**
   * Asks, after whatever was asked before. Throws what the hub answers to what it could not do (with its code), and `hub-gone` when the
   * connection ends before the answer.
   */
  ask<A extends Action>(action: A, fields: Fields<A>): Promise<AnswerTo<A>> {
    const asked = this.#last.then(() => this.#ask(action, fields));
    this.#last = asked.catch(() => {});
    return asked;
  }

  /** Ends the connection. A question under way fails. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#conn.close();
    } catch {
      /* the other side was first */
    }
  }

  async #ask<A extends Action>(action: A, fields: Fields<A>): Promise<AnswerTo<A>> {
    let answer: unknown;
    try {
      await this.#writer.message({ action, ...fields });
      answer = await this.#answer();
    } catch (cause) {
      if (cause instanceof KanibakoError && cause.code === "too-long") throw cause;
      throw gone(cause);
    }
    if (answer === undefined) throw gone();
    return readAnswer(action, answer);
  }

  /** The next answer. What a hub sends to one that listens is none. */
  async #answer(): Promise<unknown> {
    for (;;) {
      const frame = await this.#reader.next();
      if (!frame) return undefined;
      if (frame.kind !== FRAME.message) throw new Error("a stream where an answer is due");
      const value: unknown = JSON.parse(new TextDecoder().decode(frame.content));
      if (typeof value !== "object" || value === null) throw new Error("an answer that is no object");
      if (!("event" in value)) return value;
    }
  }
}

/** What an answer says. Throws what the hub could not do, and `hub` for what is no answer. */
export function readAnswer<A extends Action>(action: A, answer: unknown): AnswerTo<A> {
  const status = STATUS(answer);
  if (!status.ok) throw gone();
  if (status.value.status === "error") {
    const { code = "hub", message, hint } = status.value;
    throw new KanibakoError(code, message, hint === undefined ? {} : { hint: hint.split("\n") });
  }
  const checked = ANSWERS[action](answer);
  if (checked.ok) return checked.value as AnswerTo<A>;
  throw new KanibakoError("hub", `The hub of helpers answers something else: ${checked.message}.`, {
    hint: "Another version of kanibako runs it. Start the box again.",
  });
}

function gone(cause?: unknown): KanibakoError {
  return new KanibakoError("hub-gone", "The connection to the hub of helpers was lost.", {
    hint: "It is restored within a few seconds where the box goes on. Run the command again.",
    cause,
  });
}
