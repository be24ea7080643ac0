/**
 * The host's half: joins callers on this machine with connections that the steward of a box keeps waiting. It passes bytes on and
 * understands none of them, so that nothing a box says can harm it.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import { acceptAll } from "./accept.ts";
import { FrameReader, FrameWriter } from "./frame.ts";
import { GREETING, nextMessage, WIRE_VERSION } from "./messages.ts";
import { closeQuietly, relay } from "./relay.ts";

/** How many there may be, and how long they are waited for. */
export interface ExchangeLimits {
  /** Most calls under way at once. Callers beyond that wait, and hear of it. */
  readonly calls: number;
  /** Most callers that wait. Those beyond that are turned away. */
  readonly waiting: number;
  /** How long after its start a box may take until its steward dials in, in milliseconds. */
  readonly arrivalMs: number;
  /** How long a steward may be silent while somebody waits for it, in milliseconds. */
  readonly silenceMs: number;
}

/** Most bytes of a steward's greeting. */
const MAX_GREETING_BYTES = 1024;

const LIMITS: ExchangeLimits = { calls: 1024, waiting: 8192, arrivalMs: 10_000, silenceMs: 3000 };

/** Most connections that wait. A box that dials more is not heard. */
const MAX_SPARE = 64;

/** Joins callers and stewards until it is closed. */
export class Exchange implements AsyncDisposable {
  readonly #stewards: Deno.Listener;
  readonly #callers: Deno.Listener;
  readonly #limits: ExchangeLimits;
  readonly #spare: Deno.Conn[] = [];
  readonly #waiting = new Set<(conn: Deno.Conn | undefined) => void>();
  readonly #open = new Set<Deno.Conn>();
  readonly #free: (() => void)[] = [];
  readonly #openedAt = performance.now();
  #calls = 0;
  #closed = false;
  /** When a steward last dialled in or answered. */
  #heardAt: number | undefined;
  /** The steward has been waited for in vain: until it dials in, it is not waited for again. */
  #absent = false;
  readonly #ended: Promise<unknown>;

  /** `stewards`: where a box's steward dials in. `callers`: where processes of this host do. Both are closed with it. */
  constructor(stewards: Deno.Listener, callers: Deno.Listener, limits: Partial<ExchangeLimits> = {}) {
    this.#stewards = stewards;
    this.#callers = callers;
    this.#limits = { ...LIMITS, ...limits };
    this.#ended = Promise.all([
      this.#accept(stewards, (conn) => this.#offer(conn)),
      this.#accept(callers, (conn) => void this.#join(conn)),
    ]);
  }

  /** There will be no steward, as far as is known: callers are turned away at once, until one dials in. */
  giveUp(): void {
    this.#absent = true;
    for (const give of [...this.#waiting]) give(undefined);
  }

  /** Closes what is open: calls under way end with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stewards.close();
    this.#callers.close();
    for (const conn of this.#open) closeQuietly(conn);
    for (const give of [...this.#waiting]) give(undefined);
    for (const go of this.#free.splice(0)) go();
    await this.#ended;
  }

  #accept(listener: Deno.Listener, take: (conn: Deno.Conn) => void): Promise<void> {
    return acceptAll(listener, "calls", () => this.#closed, (conn) => {
      this.#open.add(conn);
      take(conn);
    });
  }

  /** A connection of a steward: for the caller that waits longest, or for the next one. */
  #offer(conn: Deno.Conn): void {
    this.#heard();
    const [give] = this.#waiting;
    if (give) return give(conn);
    if (this.#spare.length >= MAX_SPARE) return this.#drop(conn);
    this.#spare.push(conn);
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#absent = false;
  }

  #drop(conn: Deno.Conn): void {
    this.#open.delete(conn);
    closeQuietly(conn);
  }

  async #join(caller: Deno.Conn): Promise<void> {
    let counted = false;
    let steward: Deno.Conn | undefined;
    try {
      const welcome = new FrameWriter(caller);
      if (this.#calls >= this.#limits.calls) {
        if (this.#free.length >= this.#limits.waiting) return;
        await welcome.message({ waits: this.#calls });
        await new Promise<void>((resolve) => this.#free.push(resolve));
      } else this.#calls++;
      counted = true;
      steward = this.#closed ? undefined : await this.#answering();
      if (!steward) return;
      await welcome.message({ steward: WIRE_VERSION });
      await relay(caller, steward);
    } catch {
      /* one of the two is gone, and the other follows */
    } finally {
      this.#drop(caller);
      if (steward) this.#drop(steward);
      if (counted) this.#leave();
    }
  }

  /** A place is free: whoever waits longest has it. */
  #leave(): void {
    const next = this.#free.shift();
    if (next) next();
    else this.#calls--;
  }

  /**
   * A connection whose other end is alive. `undefined`: there is no steward that answers, or a box that only dials and dials has kept
   * this caller for as long as a silent one may.
   */
  async #answering(): Promise<Deno.Conn | undefined> {
    let failedAt: number | undefined;
    for (;;) {
      if (failedAt !== undefined && performance.now() - failedAt > this.#limits.silenceMs) return undefined;
      const conn = this.#spare.shift() ?? await this.#next();
      if (!conn) return undefined;
      const answer = await this.#answers(conn);
      if (answer === "yes") {
        this.#heard();
        return conn;
      }
      failedAt ??= performance.now();
      this.#drop(conn);
      // One that is stopped leaves its other connections unanswered as well.
      if (answer === "silent") { for (const other of this.#spare.splice(0)) this.#drop(other); }
    }
  }

  /** The next connection that is dialled. `undefined`: nothing was heard of a steward for too long. */
  #next(): Promise<Deno.Conn | undefined> {
    if (this.#absent || this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      let cancel = () => {};
      const give = (conn: Deno.Conn | undefined) => {
        cancel();
        this.#waiting.delete(give);
        resolve(conn);
      };
      const wait = () => {
        const ms = this.#patienceMs();
        if (ms > 0) cancel = after(Math.ceil(ms), wait);
        else this.giveUp();
      };
      this.#waiting.add(give);
      wait();
    });
  }

  /** How long a steward is still waited for. With many callers each waits for its turn, which is no silence. */
  #patienceMs(): number {
    const { arrivalMs, silenceMs } = this.#limits;
    const arrival = this.#openedAt + arrivalMs;
    const until = this.#heardAt === undefined ? arrival : this.#heardAt + silenceMs;
    return until - performance.now();
  }

  /** Says that a connection is in use now. `yes`: its steward heard it. `silent`: it may be stopped. */
  async #answers(conn: Deno.Conn): Promise<"yes" | "no" | "silent"> {
    let silent = false;
    const cancel = after(this.#limits.silenceMs, () => {
      silent = true;
      closeQuietly(conn);
    });
    try {
      await new FrameWriter(conn).message({ take: WIRE_VERSION });
      if (await nextMessage(new FrameReader(conn, MAX_GREETING_BYTES), GREETING)) return "yes";
    } catch {
      /* it was closed, or speaks something else */
    } finally {
      cancel();
    }
    return silent ? "silent" : "no";
  }
}
