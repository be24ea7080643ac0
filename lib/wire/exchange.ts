/**
 * The host's half: joins callers on this machine with connections that the steward of a box keeps waiting. It passes bytes on and
 * understands none of them, so that nothing a box says can harm it.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import { FRAME, FrameReader, FrameWriter } from "./frame.ts";
import { GREETING, parseMessage, WIRE_VERSION } from "./messages.ts";
import { closeQuietly, relay } from "./relay.ts";

/** Most connections that wait. A box that dials more is not heard. */
const MAX_SPARE = 64;
/** Most calls at once. Callers beyond that wait. */
const MAX_CALLS = 1024;
/** How long a caller waits for a connection of the steward. */
const PATIENCE_MS = 2000;
/** How long a steward has to answer. */
const ANSWER_MS = 1000;

/** Joins callers and stewards until it is closed. */
export class Exchange implements AsyncDisposable {
  readonly #stewards: Deno.Listener;
  readonly #callers: Deno.Listener;
  readonly #spare: Deno.Conn[] = [];
  readonly #waiting: ((conn: Deno.Conn | undefined) => void)[] = [];
  readonly #open = new Set<Deno.Conn>();
  readonly #free: (() => void)[] = [];
  #calls = 0;
  #closed = false;
  readonly #ended: Promise<unknown>;

  /** `stewards`: where a box's steward dials in. `callers`: where processes of this host do. Both are closed with it. */
  constructor(stewards: Deno.Listener, callers: Deno.Listener) {
    this.#stewards = stewards;
    this.#callers = callers;
    this.#ended = Promise.all([
      this.#accept(stewards, (conn) => this.#offer(conn)),
      this.#accept(callers, (conn) => void this.#join(conn)),
    ]);
  }

  /** Closes what is open: calls under way end with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stewards.close();
    this.#callers.close();
    for (const conn of this.#open) closeQuietly(conn);
    for (const give of this.#waiting.splice(0)) give(undefined);
    for (const go of this.#free.splice(0)) go();
    await this.#ended;
  }

  async #accept(listener: Deno.Listener, take: (conn: Deno.Conn) => void): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await listener.accept();
        this.#open.add(conn);
        take(conn);
      } catch {
        if (!this.#closed) await new Promise<void>((resolve) => void after(100, resolve));
      }
    }
  }

  /** A connection of a steward: for the caller that waits longest, or for the next one. */
  #offer(conn: Deno.Conn): void {
    const give = this.#waiting.shift();
    if (give) return give(conn);
    if (this.#spare.length >= MAX_SPARE) return this.#drop(conn);
    this.#spare.push(conn);
  }

  #drop(conn: Deno.Conn): void {
    this.#open.delete(conn);
    closeQuietly(conn);
  }

  async #join(caller: Deno.Conn): Promise<void> {
    if (this.#calls >= MAX_CALLS) await new Promise<void>((resolve) => this.#free.push(resolve));
    this.#calls++;
    let steward: Deno.Conn | undefined;
    try {
      steward = this.#closed ? undefined : await this.#answering();
      if (!steward) return;
      await new FrameWriter(caller).message({ steward: WIRE_VERSION });
      await relay(caller, steward);
    } catch {
      /* one of the two is gone, and the other follows */
    } finally {
      this.#drop(caller);
      if (steward) this.#drop(steward);
      this.#calls--;
      this.#free.shift()?.();
    }
  }

  /** A connection whose other end is alive. `undefined`: none in time. */
  async #answering(): Promise<Deno.Conn | undefined> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const conn = this.#spare.shift() ?? await this.#next(until - Date.now());
      if (!conn) return undefined;
      if (await answers(conn)) return conn;
      this.#drop(conn);
    }
  }

  #next(ms: number): Promise<Deno.Conn | undefined> {
    if (ms <= 0 || this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const give = (conn: Deno.Conn | undefined) => {
        cancel();
        resolve(conn);
      };
      const cancel = after(ms, () => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        resolve(undefined);
      });
      this.#waiting.push(give);
    });
  }
}

/** Says that a connection is in use now. True when its steward heard it. */
async function answers(conn: Deno.Conn): Promise<boolean> {
  const cancel = after(ANSWER_MS, () => closeQuietly(conn));
  try {
    await new FrameWriter(conn).message({ take: WIRE_VERSION });
    const answer = await new FrameReader(conn).next();
    if (answer?.kind !== FRAME.message) return false;
    parseMessage(answer.content, GREETING);
    return true;
  } catch {
    return false;
  } finally {
    cancel();
  }
}
