/**
 * Answers the box's questions for names, over UDP and TCP. What nobody may reach does not exist.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { closeQuietly } from "../wire/relay.ts";
import { addressData, answer, CODE, nameData, type Query, readQuery, TYPE } from "./dns_message.ts";

/** What is known of names. */
export interface Names {
  /** The address of a name; `undefined` where it may not be reached. */
  addressOf(name: string): Promise<string | undefined>;
  /** The name of an address. */
  nameOf(address: string): string | undefined;
}

/** Where it listens. */
export interface NameServerOptions {
  readonly hostname: string;
  readonly port: number;
  /** The box's own name, which is itself. */
  readonly own?: string;
}

/** A program may keep an answer for so long: not for ever, as a rule can change. */
const TTL_SECONDS = 5;
/** Most questions at once. One more is not answered, and its asker tries again. */
const MAX_QUESTIONS = 512;
const MAX_TCP = 64;

/** A server of names. */
export class NameServer implements Disposable {
  readonly #names: Names;
  readonly #own: string | undefined;
  readonly #udp: Deno.DatagramConn;
  readonly #tcp: Deno.TcpListener;
  readonly #open = new Set<Deno.Conn>();
  #questions = 0;
  #closed = false;

  constructor(names: Names, { hostname, port, own }: NameServerOptions) {
    this.#names = names;
    this.#own = own?.toLowerCase();
    [this.#udp, this.#tcp] = listenBoth(hostname, port);
    void this.#serveUdp();
    void this.#serveTcp();
  }

  /** The port it listens on. */
  get port(): number {
    return (this.#tcp.addr as Deno.NetAddr).port;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    closeQuietly(this.#udp);
    closeQuietly(this.#tcp);
    for (const conn of this.#open) closeQuietly(conn);
  }

  async #serveUdp(): Promise<void> {
    while (!this.#closed) {
      try {
        const [bytes, from] = await this.#udp.receive();
        void this.#answer(bytes).then((reply) => reply && this.#udp.send(reply, from)).catch(() => {});
      } catch (error) {
        debug(() => `names: ${error}`);
      }
    }
  }

  async #serveTcp(): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await this.#tcp.accept();
        if (this.#open.size >= MAX_TCP) closeQuietly(conn);
        else void this.#converse(conn);
      } catch (error) {
        debug(() => `names: ${error}`);
      }
    }
  }

  /** Questions over TCP come with their length before them. */
  async #converse(conn: Deno.TcpConn): Promise<void> {
    this.#open.add(conn);
    try {
      for (let head = await read(conn, 2); head; head = await read(conn, 2)) {
        const bytes = await read(conn, head[0]! << 8 | head[1]!);
        const reply = bytes && await this.#answer(bytes);
        if (!reply) return;
        const out = new Uint8Array(2 + reply.length);
        out.set([reply.length >> 8, reply.length & 255]);
        out.set(reply, 2);
        for (let at = 0; at < out.length;) at += await conn.write(out.subarray(at));
      }
    } catch {
      /* it has gone */
    } finally {
      this.#open.delete(conn);
      closeQuietly(conn);
    }
  }

  async #answer(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const query = readQuery(bytes);
    if (!query || this.#questions >= MAX_QUESTIONS) return undefined;
    if (query.code !== CODE.ok) return answer(query, query.code);
    this.#questions++;
    try {
      return await this.#answerQuestion(query, query.question!);
    } catch (error) {
      debug(() => `names: ${error}`);
      return answer(query, CODE.failed);
    } finally {
      this.#questions--;
    }
  }

  async #answerQuestion(query: Query, { name, type }: NonNullable<Query["question"]>): Promise<Uint8Array> {
    const lower = name.toLowerCase();
    if (lower.endsWith(".arpa")) {
      const found = this.#names.nameOf(reversed(lower));
      if (found === undefined) return answer(query, CODE.noSuchName);
      return answer(
        query,
        CODE.ok,
        type === TYPE.PTR ? { type, data: nameData(found), ttl: TTL_SECONDS } : undefined,
      );
    }
    const address = lower === "localhost" || lower.endsWith(".localhost") || lower === this.#own
      ? "127.0.0.1"
      : await this.#names.addressOf(lower);
    if (address === undefined) return answer(query, CODE.noSuchName);
    // There are addresses of the older kind only: what asks for another one learns that the name is there.
    const wanted = type === TYPE.A || type === TYPE.ANY;
    return answer(
      query,
      CODE.ok,
      wanted ? { type: TYPE.A, data: addressData(address), ttl: TTL_SECONDS } : undefined,
    );
  }
}

/** How often another port is tried that is free for both. */
const MAX_TRIES = 20;

/** Listens for both protocols on one port. Port 0: on any that nobody has. */
function listenBoth(hostname: string, port: number): [Deno.DatagramConn, Deno.TcpListener] {
  for (let tries = 1;; tries++) {
    const udp = Deno.listenDatagram({ transport: "udp", hostname, port });
    try {
      return [udp, Deno.listen({ hostname, port: (udp.addr as Deno.NetAddr).port })];
    } catch (error) {
      udp.close();
      if (port !== 0 || tries === MAX_TRIES) throw error;
    }
  }
}

/** The address in a name such as `4.3.2.1.in-addr.arpa`. */
function reversed(name: string): string {
  return name.replace(/\.in-addr\.arpa$/, "").split(".").reverse().join(".");
}

async function read(conn: Deno.Conn, length: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await conn.read(bytes.subarray(at));
    if (count === null) return undefined;
    at += count;
  }
  return bytes;
}
