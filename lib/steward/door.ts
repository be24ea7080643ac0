/**
 * The box's side of its only way out: each name that may be reached gets an address of the box's own network, and what connects there
 * is passed on to the host under that name. So every program works by name, and knows nothing of it.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { pause } from "../host/timer.ts";
import { hostName } from "../wire/host_name.ts";
import { DOOR_ANSWER } from "../wire/door_messages.ts";
import { FrameReader, FrameWriter } from "../wire/frame.ts";
import { nextMessage } from "../wire/messages.ts";
import { closeQuietly, relay, startingWith } from "../wire/relay.ts";
import { AddressBook } from "./address_book.ts";
import { NameServer, type NameServerOptions } from "./name_server.ts";

/** Most names that have an address at once. */
const MAX_NAMES = 1024;
/** Most listeners, each of them a handle; fewer where this process may not have so many. */
const MAX_LISTENERS = 8192;
/** Most connections, each of them two handles. One more is closed at once. */
const MAX_CONNECTIONS = 4096;
/** What is waited after a connection that could not be taken: there are no handles left. */
const FULL_MS = 50;

/** Where the host is, and where names are answered. */
export interface DoorOptions {
  /** The host's socket. */
  readonly socket: string;
  readonly names: NameServerOptions;
  /** How many handles this process may have. */
  readonly maxHandles?: number;
}

/** What belongs to a name. */
interface Ports {
  readonly listeners: Map<number, Deno.TcpListener>;
  connections: number;
}

/** The way out, until it is closed. */
export class Door implements Disposable {
  readonly #socket: string;
  readonly #book: AddressBook<Ports>;
  readonly #server: NameServer;
  readonly #open = new Set<{ close(): void }>();
  readonly #maxListeners: number;
  readonly #maxConnections: number;
  #listeners = 0;
  #connections = 0;

  constructor({ socket, names, maxHandles = Infinity }: DoorOptions) {
    this.#socket = socket;
    // What is left of the handles answers for names.
    this.#maxListeners = Math.min(MAX_LISTENERS, Math.floor(maxHandles / 4));
    this.#maxConnections = Math.min(MAX_CONNECTIONS, Math.floor(maxHandles / 4));
    this.#book = new AddressBook<Ports>(
      MAX_NAMES,
      ({ value }) => value.connections > 0,
      ({ value }) => this.#listen(value, "", "", []),
    );
    this.#server = new NameServer({
      addressOf: (name) => this.#addressOf(name),
      nameOf: (address) => this.#book.at(address)?.name,
    }, names);
  }

  /** The port on which names are answered. */
  get port(): number {
    return this.#server.port;
  }

  [Symbol.dispose](): void {
    this.#server[Symbol.dispose]();
    for (const entry of [...this.#book.entries()]) this.#book.remove(entry);
    for (const conn of this.#open) closeQuietly(conn);
  }

  /** The address of a name, with listeners on all ports on which it may be reached now. */
  async #addressOf(asked: string): Promise<string | undefined> {
    const name = hostName(asked);
    if (name === undefined) return undefined;
    const ports = await this.#portsOf(name);
    const known = this.#book.of(name);
    if (ports.length === 0) {
      if (known) this.#book.remove(known);
      return undefined;
    }
    const entry = known ?? this.#book.add(name, () => ({ listeners: new Map(), connections: 0 }));
    if (!entry) return undefined;
    while (this.#listeners + ports.length > this.#maxListeners && this.#book.makeRoom(entry));
    this.#listen(entry.value, name, entry.address, ports);
    return entry.value.listeners.size > 0 ? entry.address : undefined;
  }

  /** Listens on these ports of an address and on no others. */
  #listen(value: Ports, name: string, address: string, ports: readonly number[]): void {
    for (const [port, listener] of value.listeners) {
      if (ports.includes(port)) continue;
      closeQuietly(listener);
      value.listeners.delete(port);
      this.#listeners--;
    }
    for (const port of ports) {
      if (value.listeners.has(port) || this.#listeners >= this.#maxListeners) continue;
      try {
        const listener = Deno.listen({ hostname: address, port });
        value.listeners.set(port, listener);
        this.#listeners++;
        void this.#accept(listener, value, name, port);
      } catch (error) {
        debug(() => `no listener for ${name}:${port}: ${error}`);
      }
    }
  }

  async #accept(listener: Deno.TcpListener, value: Ports, name: string, port: number): Promise<void> {
    for (;;) {
      let conn: Deno.TcpConn;
      try {
        conn = await listener.accept();
      } catch (error) {
        if (value.listeners.get(port) !== listener) return;
        debug(() => `${name}:${port}: ${error}`);
        await pause(FULL_MS);
        continue;
      }
      if (this.#connections >= this.#maxConnections) {
        closeQuietly(conn);
        continue;
      }
      this.#connections++;
      value.connections++;
      this.#open.add(conn);
      void this.#pass(conn, name, port).catch((error: unknown) => debug(() => `${name}:${port}: ${error}`))
        .finally(() => {
          this.#connections--;
          value.connections--;
          this.#open.delete(conn);
          closeQuietly(conn);
        });
    }
  }

  async #pass(conn: Deno.TcpConn, name: string, port: number): Promise<void> {
    using asked = await this.#ask({ dial: { name, port } });
    if (!("connected" in asked.answer)) return;
    await relay(conn, startingWith(asked.reader.rest(), asked.conn));
  }

  async #portsOf(name: string): Promise<readonly number[]> {
    using asked = await this.#ask({ name });
    return "ports" in asked.answer ? asked.answer.ports : [];
  }

  async #ask(question: unknown) {
    const conn = await Deno.connect({ transport: "unix", path: this.#socket });
    this.#open.add(conn);
    const close = () => {
      this.#open.delete(conn);
      closeQuietly(conn);
    };
    try {
      await new FrameWriter(conn).message(question);
      const reader = new FrameReader(conn);
      const answer = await nextMessage(reader, DOOR_ANSWER);
      if (!answer) throw new Error("the host gave no answer");
      return { conn, reader, answer, [Symbol.dispose]: close };
    } catch (error) {
      close();
      throw error;
    }
  }
}
