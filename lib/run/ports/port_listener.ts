/**
 * One published port: each connection to it is joined with one to the box's port, through the box's steward.
 *
 * @module
 */

import { callSocket } from "../../config/box_state.ts";
import { debug } from "../../host/log.ts";
import { pause } from "../../host/timer.ts";
import { connectTo } from "../../host/unix_socket.ts";
import type { PortMapping } from "../../spec/box_spec.ts";
import { connectInto } from "../../wire/connect.ts";
import { closeQuietly, relay } from "../../wire/relay.ts";
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

/** How long it is waited when no connection can be accepted, as when no more files can be opened. */
const BREATH_MS = 100;

/** Listens for one port until it is closed. */
export class PortListener implements AsyncDisposable {
  readonly mapping: PortMapping;
  readonly #state: string;
  readonly #slots: Slots;
  readonly #listeners: readonly Deno.TcpListener[];
  /** What each of them waits for: until that has ended, the port is still in use. */
  readonly #accepting = new Map<Deno.TcpListener, Promise<unknown>>();
  readonly #open = new Set<{ close(): void }>();
  #closed = false;

  /** `state`: the box's state folder. Throws as {@link listenFor} does. */
  constructor(state: string, mapping: PortMapping, slots: Slots) {
    this.mapping = mapping;
    this.#state = state;
    this.#slots = slots;
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
      const calls = await connectTo(callSocket(this.#state));
      if (!calls) return;
      this.#open.add(calls);
      try {
        if (this.#closed) return;
        const inside = await connectInto(calls, this.mapping.boxPort);
        if ("conn" in inside) await relay(conn, inside.conn);
        else debug(() => `port ${this.mapping.boxPort} of the box: ${inside.failed}`);
      } finally {
        this.#open.delete(calls);
        closeQuietly(calls);
      }
    } catch (error) {
      debug(() => `port ${this.mapping.port}: ${error}`);
    }
  }
}
