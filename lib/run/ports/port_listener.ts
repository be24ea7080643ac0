/**
 * One published port: each connection to it is joined with one to the box's port, through the box's steward.
 *
 * @module
 */

import { callSocket } from "../../config/box_state.ts";
import { debug } from "../../host/log.ts";
import { after, pause } from "../../host/timer.ts";
import { connectTo } from "../../host/unix_socket.ts";
import type { PortMapping } from "../../spec/box_spec.ts";
import { connectInto } from "../../wire/connect.ts";
import { closeQuietly, type HalfClosing, relay } from "../../wire/relay.ts";
import { listenFor } from "./listen.ts";

/** How many connections the ports of a box have at once. Those beyond wait to be accepted. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot and takes it. */
  async take(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free--;
  }

  give(): void {
    this.#free++;
    this.#waiting.shift()?.();
  }
}

/** How long a box may keep a connection that is of no use any more: others could want its slot. */
export interface Patience {
  /** Until it is connected inside, in milliseconds. */
  readonly connectMs: number;
  /** Without a byte from the box, once the caller has said its last. */
  readonly silenceMs: number;
}

/** How long until a steward that did not answer is asked again, at first. */
const FIRST_WAIT_MS = 50;
const PATIENCE: Patience = { connectMs: 10_000, silenceMs: 5 * 60_000 };
/** How long it is waited when no connection can be accepted, as when no more files can be opened. */
const BREATH_MS = 100;

/** Listens for one port until it is closed. */
export class PortListener implements AsyncDisposable {
  readonly mapping: PortMapping;
  readonly #state: string;
  readonly #slots: Slots;
  readonly #patience: Patience;
  readonly #listeners: readonly Deno.TcpListener[];
  /** What each of them waits for: until that has ended, the port is still in use. */
  readonly #accepting = new Map<Deno.TcpListener, Promise<unknown>>();
  readonly #open = new Set<{ close(): void }>();
  #closed = false;

  /** `state`: the box's state folder. Throws as {@link listenFor} does. */
  constructor(state: string, mapping: PortMapping, slots: Slots, patience: Patience = PATIENCE) {
    this.mapping = mapping;
    this.#state = state;
    this.#slots = slots;
    this.#patience = patience;
    this.#listeners = listenFor(mapping);
    for (const listener of this.#listeners) void this.#accept(listener);
  }

  /** Closes it, and what came through it: nobody reaches the box this way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const one of [...this.#listeners, ...this.#open]) closeQuietly(one);
    this.#open.clear();
    await Promise.allSettled(this.#accepting.values());
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    while (!this.#closed) {
      let conn: Deno.TcpConn;
      try {
        const accepting = listener.accept();
        this.#accepting.set(listener, accepting);
        conn = await accepting;
      } catch (error) {
        if (this.#closed) return;
        debug(() => `port ${this.mapping.port}: ${error}`);
        await pause(BREATH_MS);
        continue;
      }
      this.#open.add(conn);
      await this.#slots.take();
      void this.#pass(conn).finally(() => {
        this.#open.delete(conn);
        closeQuietly(conn);
        this.#slots.give();
      });
    }
  }

  async #pass(conn: Deno.TcpConn): Promise<void> {
    try {
      conn.setNoDelay(true);
      const inside = await this.#inside();
      if (!inside) return;
      this.#open.add(inside);
      try {
        await this.#relay(conn, inside);
      } finally {
        this.#open.delete(inside);
        closeQuietly(inside);
      }
    } catch (error) {
      debug(() => `port ${this.mapping.port}: ${error}`);
    }
  }

  /** A connection to the box's port. A steward that is busy, or that comes back just now, is asked again. */
  async #inside(): Promise<HalfClosing | undefined> {
    const until = Date.now() + this.#patience.connectMs;
    for (let waitMs = FIRST_WAIT_MS; Date.now() < until && !this.#closed; waitMs *= 2) {
      const calls = await connectTo(callSocket(this.#state));
      if (!calls) return undefined;
      const cancel = after(Math.max(1, until - Date.now()), () => closeQuietly(calls));
      const made = await connectInto(calls, this.mapping.boxPort).finally(cancel);
      if ("conn" in made) return made.conn;
      debug(() => `port ${this.mapping.boxPort} of the box: ${made.failed}`);
      if (made.asked) return undefined;
      await pause(waitMs);
    }
    return undefined;
  }

  /** Relays to the end of both directions. A box that does not end its own does not keep the connection for ever. */
  async #relay(conn: HalfClosing, inside: HalfClosing): Promise<void> {
    const count = { sent: 0, received: 0 };
    let cancel = () => {};
    const awaitBox = () => {
      const before = count.received;
      cancel = after(this.#patience.silenceMs, () => {
        if (count.received !== before) return awaitBox();
        closeQuietly(conn);
        closeQuietly(inside);
      });
    };
    const caller: HalfClosing = {
      read: async (into) => {
        const bytes = await conn.read(into);
        if (bytes === null) awaitBox();
        return bytes;
      },
      write: (bytes) => conn.write(bytes),
      closeWrite: () => conn.closeWrite(),
      close: () => conn.close(),
    };
    await relay(caller, inside, { count });
    cancel();
  }
}
