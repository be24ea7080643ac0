/**
 * The sockets of a hub. Each belongs to one box, and whoever comes through it is that box. Nothing is loaded before somebody comes.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { acceptAll } from "../wire/accept.ts";
import { closeQuietly } from "../wire/relay.ts";

/** A socket, and what is spoken on it. */
export interface Door {
  readonly listener: Deno.Listener;
  readonly face: "frames" | "lines";
}

/** Answers on connections. */
export interface Server {
  /** Answers on one until it ends. `refused`: the box has too many. Never rejects. */
  serve(conn: Deno.Conn, number: number, face: Door["face"], refused: boolean): Promise<void>;
  /** How many connections one box may have; −1: any number. */
  readonly connections: number;
}

interface Opened {
  readonly doors: readonly Door[];
  readonly conns: Set<Deno.Conn>;
  closed: boolean;
}

/** The doors of all boxes of a tree. */
export class Doors implements Disposable {
  readonly #server: () => Promise<Server>;
  readonly #boxes = new Map<number, Opened>();

  constructor(server: () => Promise<Server>) {
    this.#server = server;
  }

  /** Takes what comes through these sockets for that box, in the place of those that it had. */
  open(number: number, doors: readonly Door[]): void {
    this.close(number);
    const opened: Opened = { doors, conns: new Set(), closed: false };
    this.#boxes.set(number, opened);
    for (const { listener, face } of doors) {
      void acceptAll(listener, `hub ${number}`, () => opened.closed, (conn) => {
        this.#take(opened, conn, number, face).catch((error: unknown) =>
          debug(() => `hub ${number}: ${error}`)
        );
      });
    }
  }

  /** Closes the sockets of a box and its connections. */
  close(number: number): void {
    const opened = this.#boxes.get(number);
    if (!opened) return;
    this.#boxes.delete(number);
    opened.closed = true;
    for (const { listener } of opened.doors) closeQuietly(listener);
    for (const conn of opened.conns) closeQuietly(conn);
  }

  [Symbol.dispose](): void {
    for (const number of [...this.#boxes.keys()]) this.close(number);
  }

  async #take({ conns }: Opened, conn: Deno.Conn, number: number, face: Door["face"]): Promise<void> {
    conns.add(conn);
    try {
      const server = await this.#server();
      const refused = server.connections >= 0 && conns.size > server.connections;
      await server.serve(conn, number, face, refused);
    } finally {
      conns.delete(conn);
      closeQuietly(conn);
    }
  }
}
