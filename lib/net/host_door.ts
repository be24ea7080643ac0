/**
 * The host's side of a box's only way out: decides about names and connections, dials, and passes bytes on. What comes from the box
 * is suspect; all it can do here is ask.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import { settlesWithin } from "../host/wait.ts";
import type { Of } from "../host/light_schema.ts";
import { DOOR_ANSWER, DOOR_QUESTION } from "../wire/door_messages.ts";
import { FrameReader, FrameWriter } from "../wire/frame.ts";
import { type HostName, hostName } from "../wire/host_name.ts";
import { nextMessage } from "../wire/messages.ts";
import { closeQuietly, type HalfClosing, relay, startingWith } from "../wire/relay.ts";
import { isDecided, ruleAbout } from "./decided.ts";
import { dial, type DialOptions } from "./dial.ts";
import type { DoorEvent } from "./door_event.ts";
import type { DoorLimits } from "./door_limits.ts";
import { inspected } from "./first_bytes.ts";
import type { Interception } from "./intercept/intercept.ts";
import type { Decision, Policy } from "./policy.ts";

/** What a door does. */
export interface HostDoorOptions {
  /** The rules as they are now. */
  readonly policy: () => Policy;
  /** How names are found now. */
  readonly dialling: () => DialOptions;
  readonly limits: DoorLimits;
  /** For hosts whose connections are looked into. Absent: none can be, and nothing passes to those that should. */
  readonly interception?: () => Interception;
  readonly report: (event: DoorEvent) => void;
  /**
   * Asks the user about a name that no rule is about; port 0: about the name alone. Resolves when there may be a rule, or nobody has
   * answered. Never rejects. Absent: nobody is asked.
   */
  readonly ask?: (host: HostName, port: number) => Promise<void>;
}

/** How long a box has to say what it wants. */
const QUESTION_MS = 10_000;
/** How long connections are waited for that were closed. One that is being made may take longer. */
const ENDING_MS = 1000;
/** A question is a name and a number. */
const MAX_QUESTION_BYTES = 4096;
/** Most connections of the box's steward that have not asked yet, or wait for an answer. */
const MAX_ASKING = 1024;

type Say = (answer: Of<typeof DOOR_ANSWER>) => Promise<void>;

/** The door of one box, until it is closed. */
export class HostDoor implements AsyncDisposable {
  readonly #listener: Deno.Listener;
  readonly #options: HostDoorOptions;
  readonly #open = new Set<{ close(): void }>();
  readonly #serving = new Set<Promise<void>>();
  /** What is connected, to where. */
  readonly #relays = new Set<
    { readonly host: HostName; readonly port: number; readonly read: boolean; close(): void }
  >();
  readonly #accepting: Promise<void>;
  #asking = 0;
  #closed = false;
  /** The family that answered last: where one does not work, that costs one connection a moment, and not each. */
  #family: 4 | 6 = 6;

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
    // What was passed on by then is reported.
    await settlesWithin(Promise.all(this.#serving), ENDING_MS);
    for (const { close } of this.#relays) close();
  }

  /** Ends the connections that the rules as they are now do not allow. */
  recheck(): void {
    const policy = this.#options.policy();
    for (const { host, port, read, close } of this.#relays) {
      if (!policy.decide({ host, port }).allowed || !read && this.#isRead(host, port)) close();
    }
  }

  /** Whether connections to a port of a host are looked into. */
  #isRead(host: HostName, port: number): boolean {
    const { policy, interception } = this.#options;
    return policy().readsRequests({ host, port }) ||
      interception?.().reads(host, port) === true;
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await this.#listener.accept() as Deno.Conn & HalfClosing;
        if (this.#asking >= MAX_ASKING) {
          closeQuietly(conn);
          continue;
        }
        this.#open.add(conn);
        const serving = this.#serve(conn).catch((error: unknown) => debug(() => `door: ${error}`)).finally(
          () => {
            this.#open.delete(conn);
            this.#serving.delete(serving);
            closeQuietly(conn);
          },
        );
        this.#serving.add(serving);
      } catch (error) {
        if (this.#closed) return;
        debug(() => `door: ${error}`);
        await new Promise<void>((resolve) => void after(100, resolve));
      }
    }
  }

  async #serve(conn: HalfClosing): Promise<void> {
    const reader = new FrameReader(conn, MAX_QUESTION_BYTES);
    const say: Say = (answer) => new FrameWriter(conn).message(answer);
    let begin: (() => Promise<void>) | undefined;
    this.#asking++;
    try {
      const cancel = after(QUESTION_MS, () => closeQuietly(conn));
      const question = await nextMessage(reader, DOOR_QUESTION).finally(cancel);
      if (!question) return;
      const { name, port } = "name" in question ? { name: question.name, port: 0 } : question.dial;
      const host = hostName(name);
      if ("name" in question) return await say({ ports: host ? [...await this.#portsOf(host)] : [] });
      if (!host || port < 1 || port > 65535 || !await this.#mayBeReached(host, port)) {
        return await say({ not: "refused" });
      }
      begin = () => this.#dial(conn, reader, say, host, port);
    } finally {
      this.#asking--;
    }
    await begin();
  }

  async #portsOf(host: HostName): Promise<readonly number[]> {
    const { policy, limits, ask, report } = this.#options;
    await limits.name();
    let ports = policy().portsOf(host);
    if (ports.length === 0 && ask && !isDecided(policy(), host, 0)) {
      await ask(host, 0);
      ports = policy().portsOf(host);
    }
    report({ kind: "name", host, ports, by: ruleAbout(policy(), host, 0) });
    return ports;
  }

  async #mayBeReached(host: HostName, port: number): Promise<boolean> {
    const { policy, ask, report } = this.#options;
    let decision: Decision = policy().decide({ host, port });
    if (!decision.allowed && decision.by === undefined && ask) {
      await ask(host, port);
      decision = policy().decide({ host, port });
    }
    if (!decision.allowed) report({ kind: "refused", host, port, decision });
    return decision.allowed;
  }

  /** Passes on what is asked for on a connection, as far as the rules allow it. */
  async #read({ inside, outside, became, host, port, count }: Read): Promise<void> {
    const { interception, policy, dialling, limits, report } = this.#options;
    try {
      if (!interception) throw new Error("connections cannot be looked into here");
      const { intercept } = await import("./intercept/intercept.ts");
      await intercept(inside, interception(), {
        host,
        port,
        policy,
        outside,
        became,
        caCerts: dialling().caCerts ?? [],
        gate: (bytes) => limits.pass(bytes),
        report: (exchanged) => {
          count.sent += exchanged.sent;
          count.received += exchanged.received;
          report({ kind: "request", host, port, exchanged });
        },
        seen: (secret) => report({ kind: "placeholder", host, port, secret }),
      });
    } catch (error) {
      report({ kind: "unread", host, port, why: error instanceof Error ? error.message : String(error) });
    }
  }

  async #dial(conn: HalfClosing, reader: FrameReader, say: Say, host: HostName, port: number): Promise<void> {
    const { dialling, limits, policy, report } = this.#options;
    using connection = await limits.connection();
    if (!connection || this.#closed) return await say({ not: "unreachable" });
    const dialled = await dial(host, port, { first: this.#family, ...dialling() });
    if (dialled.kind !== "connected") {
      report({ ...dialled, host, port });
      return await say({ not: dialled.kind === "private" ? "refused" : "unreachable" });
    }
    const { conn: outside, address, early } = dialled;
    const count = { sent: 0, received: 0 };
    let end: HalfClosing = outside;
    let ended = false;
    const relayed = {
      host,
      port,
      read: this.#isRead(host, port),
      close: () => {
        ended = true;
        closeQuietly(end);
      },
    };
    // The rules may have changed while its keys were agreed on.
    const became = (tls: HalfClosing) => {
      end = tls;
      if (ended) closeQuietly(tls);
    };
    this.#open.add(outside);
    this.#relays.add(relayed);
    try {
      // The rules may have changed while it waited, and so may the door.
      if (this.#closed || !policy().decide({ host, port }).allowed) return await say({ not: "refused" });
      if (address !== "proxy") this.#family = address.includes(":") ? 6 : 4;
      report({ kind: "connected", host, port, address });
      await say({ connected: 1 });
      const inside = inspected(conn, reader.rest(), { host, port }, (named) => {
        report({ kind: "mismatch", host, port, named });
      });
      if (relayed.read) await this.#read({ inside, outside, became, host, port, count });
      else {
        await relay(inside, startingWith(early, outside), {
          count,
          gate: (bytes) => limits.pass(bytes),
          most: limits.read,
        });
      }
      report({ kind: "closed", host, port, ...count });
    } finally {
      this.#relays.delete(relayed);
      this.#open.delete(outside);
      closeQuietly(outside);
    }
  }
}

/** A connection that is looked into. */
interface Read {
  readonly inside: HalfClosing;
  readonly outside: HalfClosing;
  readonly became: (outside: HalfClosing) => void;
  readonly host: HostName;
  readonly port: number;
  /** Kept up to date. */
  readonly count: { sent: number; received: number };
}
