/**
 * The host's side of a box's only way out: decides about names and connections, dials, and passes bytes on. What comes from the box
 * is suspect; all it can do here is ask.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import { DOOR_ANSWER, DOOR_QUESTION } from "../wire/door_messages.ts";
import { FRAME, FrameReader, FrameWriter } from "../wire/frame.ts";
import { parseMessage } from "../wire/messages.ts";
import { closeQuietly, type HalfClosing, relay, type Relayed } from "../wire/relay.ts";
import type { Of } from "../host/light_schema.ts";
import { inspected } from "./first_bytes.ts";
import { dial, type DialOptions } from "./dial.ts";
import { type HostName, hostName } from "../wire/host_name.ts";
import type { Decision, Policy } from "./policy.ts";

/** What happened at the door. */
export type DoorEvent =
  | { readonly kind: "name"; readonly host: HostName; readonly ports: readonly number[] }
  | { readonly kind: "refused"; readonly host: HostName; readonly port: number; readonly decision: Decision }
  | {
    readonly kind: "private";
    readonly host: HostName;
    readonly port: number;
    readonly addresses: readonly string[];
  }
  | { readonly kind: "unreachable"; readonly host: HostName; readonly port: number; readonly why: string }
  | { readonly kind: "connected"; readonly host: HostName; readonly port: number; readonly address: string }
  /** What the box sent is meant for another host: `named`, or nothing where that cannot be said. */
  | { readonly kind: "mismatch"; readonly host: HostName; readonly port: number; readonly named: string }
  | ({ readonly kind: "closed"; readonly host: HostName; readonly port: number } & Relayed);

/** What a door does. */
export interface HostDoorOptions extends DialOptions {
  /** The rules as they are now. */
  readonly policy: () => Policy;
  readonly report: (event: DoorEvent) => void;
  /** Most connections at once. */
  readonly maxConnections: number;
}

/** How long a box has to say what it wants. */
const QUESTION_MS = 10_000;

/** The door of one box, until it is closed. */
export class HostDoor implements AsyncDisposable {
  readonly #listener: Deno.Listener;
  readonly #options: HostDoorOptions;
  readonly #open = new Set<{ close(): void }>();
  /** What is connected, to where. */
  readonly #relays = new Set<{ readonly host: HostName; readonly port: number; close(): void }>();
  readonly #accepting: Promise<void>;
  #connections = 0;
  #closed = false;

  constructor(listener: Deno.Listener, options: HostDoorOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#accepting = this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    closeQuietly(this.#listener);
    for (const conn of this.#open) closeQuietly(conn);
    await this.#accepting;
  }

  /** Ends the connections that the rules as they are now do not allow. */
  recheck(): void {
    const policy = this.#options.policy();
    for (const { host, port, close } of this.#relays) if (!policy.decide({ host, port }).allowed) close();
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await this.#listener.accept() as Deno.Conn & HalfClosing;
        if (this.#connections >= this.#options.maxConnections) {
          closeQuietly(conn);
          continue;
        }
        this.#connections++;
        this.#open.add(conn);
        void this.#serve(conn).catch((error: unknown) => debug(() => `door: ${error}`)).finally(() => {
          this.#connections--;
          this.#open.delete(conn);
          closeQuietly(conn);
        });
      } catch (error) {
        if (this.#closed) return;
        debug(() => `door: ${error}`);
        await new Promise<void>((resolve) => void after(100, resolve));
      }
    }
  }

  async #serve(conn: HalfClosing): Promise<void> {
    const reader = new FrameReader(conn);
    const cancel = after(QUESTION_MS, () => closeQuietly(conn));
    const frame = await reader.next().finally(cancel);
    if (frame?.kind !== FRAME.message) return;
    const question = parseMessage(frame.content, DOOR_QUESTION);
    const writer = new FrameWriter(conn);
    const say = (answer: Of<typeof DOOR_ANSWER>) => writer.message(answer);
    if ("name" in question) {
      const host = hostName(question.name);
      const ports = host ? this.#options.policy().portsOf(host) : [];
      if (host) this.#options.report({ kind: "name", host, ports });
      return await say({ ports: [...ports] });
    }
    const { name, port } = question.dial;
    const host = hostName(name);
    if (!host) return await say({ not: "refused" });
    await this.#dial(conn, reader, say, host, port);
  }

  async #dial(
    conn: HalfClosing,
    reader: FrameReader,
    say: (answer: Of<typeof DOOR_ANSWER>) => Promise<void>,
    host: HostName,
    port: number,
  ): Promise<void> {
    const { policy, report } = this.#options;
    const decision = policy().decide({ host, port });
    if (!decision.allowed) {
      report({ kind: "refused", host, port, decision });
      return await say({ not: "refused" });
    }
    const dialled = await dial(host, port, this.#options);
    if (dialled.kind !== "connected") {
      report({ ...dialled, host, port });
      return await say({ not: dialled.kind === "private" ? "refused" : "unreachable" });
    }
    const { conn: outside, address } = dialled;
    this.#open.add(outside);
    report({ kind: "connected", host, port, address });
    const count = { sent: 0, received: 0 };
    const relayed = { host, port, close: () => closeQuietly(outside) };
    this.#relays.add(relayed);
    try {
      await say({ connected: 1 });
      const inside = inspected(conn, reader.rest(), { host, port }, (named) => {
        report({ kind: "mismatch", host, port, named });
      });
      await relay(inside, outside, count);
    } finally {
      this.#relays.delete(relayed);
      this.#open.delete(outside);
      closeQuietly(outside);
      report({ kind: "closed", host, port, ...count });
    }
  }
}
