/**
 * Sending and receiving, within limits.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { formatBytes } from "../host/size.ts";
import { after } from "../host/timer.ts";
import { Bucket } from "../net/bucket.ts";
import type { Limits } from "./limits.ts";
import { type Listener, type Mail, Mailboxes } from "./mailboxes.ts";
import type { MessageLog } from "./message_log.ts";
import { addressed, reachable, writtenTo } from "./rights.ts";
import { DIRECTOR, isActive, type Tree } from "./tree.ts";
import type { Fields } from "./words.ts";

/** The longest that somebody waits, in milliseconds. */
export const LONGEST_WAIT_MS = 24 * 3600_000;
/** So many characters count as one message. */
const COUNTED_BYTES = 16 * 1024;
/** How many messages are taken out at once. */
const MOST_TAKEN = 1000;

/** What the messages of a tree go through. */
export class Messages {
  readonly #tree: Tree;
  readonly #log: MessageLog;
  readonly #limits: Limits;
  readonly #boxes: Mailboxes;
  readonly #rates = new Map<number, Bucket>();

  constructor(tree: Tree, log: MessageLog, limits: Limits) {
    this.#tree = tree;
    this.#log = log;
    this.#limits = limits;
    this.#boxes = new Mailboxes(limits);
  }

  /** Sends one. Whether it is on its way, or waits. */
  send(asker: number, { to: named, payload }: Pick<Fields<"send">, "to" | "payload">): boolean {
    const to = writtenTo(this.#tree, asker, named);
    const helper = this.#tree.get(to);
    if (helper && !isActive(helper)) {
      throw new KanibakoError("ended", `Helper ${to} does not run (${helper.status}).`, {
        hint: `Start it again: kanibako crab helper respawn ${to}`,
      });
    }
    const mail = this.#mail(asker, payload, 1);
    const delivered = this.#boxes.deliver(to, mail);
    this.#log.message(mail, to);
    return delivered;
  }

  /** Sends one to all to whom the asker may write and who run. Who has got it. */
  broadcast(asker: number, { payload }: Pick<Fields<"broadcast">, "payload">): number[] {
    const to = reachable(this.#tree, asker).filter((number) => {
      const helper = this.#tree.get(number);
      return number === DIRECTOR || helper !== undefined && isActive(helper);
    });
    const mail = this.#mail(asker, payload, Math.max(1, to.length));
    const got = to.filter((number) => this.#fits(number, mail));
    this.#log.message(mail, "all");
    return got;
  }

  /** Takes messages out of the asker's mailbox; where there are none, it waits for one. */
  recv(asker: number, fields: Omit<Fields<"recv">, "action">, gone: AbortSignal): Mail[] | Promise<Mail[]> {
    const from = fields.from === undefined ? undefined : addressed(this.#tree, asker, fields.from);
    const max = Math.min(fields.max ?? MOST_TAKEN, MOST_TAKEN);
    const there = this.#boxes.take(asker, { from, max });
    const waitMs = Math.min(fields.wait_ms ?? 0, LONGEST_WAIT_MS);
    if (there.length > 0 || waitMs === 0 || gone.aborted) return there;
    return new Promise((resolve) => {
      const end = (mail: Mail[]) => {
        cancel();
        stop();
        gone.removeEventListener("abort", leave);
        resolve(mail);
      };
      const leave = () => end([]);
      const stop = this.#boxes.await(asker, from, (mail) => end([mail]));
      const cancel = after(waitMs, leave);
      gone.addEventListener("abort", leave, { once: true });
    });
  }

  /** Sends messages to a listener from here on. Returns what ends that. */
  listen(asker: number, listener: Listener): () => void {
    return this.#boxes.listen(asker, listener);
  }

  /** A listener has room again. */
  flush(number: number): void {
    this.#boxes.flush(number);
  }

  /** Puts back what did not get there. */
  putBack(number: number, mail: readonly Mail[]): void {
    if (number === DIRECTOR || this.#tree.get(number)) this.#boxes.putBack(number, mail);
  }

  isConnected(number: number): boolean {
    return this.#boxes.isConnected(number);
  }

  waiting(number: number): number {
    return this.#boxes.waiting(number);
  }

  /** Forgets a helper that is removed. */
  forget(number: number): void {
    this.#boxes.delete(number);
    this.#rates.delete(number);
  }

  #fits(to: number, mail: Mail): boolean {
    try {
      this.#boxes.deliver(to, mail);
      return true;
    } catch (error) {
      if (error instanceof KanibakoError && error.code === "mailbox-full") return false;
      throw error;
    }
  }

  /** A message, once: its content as JSON, from now. `copies`: how many boxes get it. */
  #mail(from: number, payload: unknown, copies: number): Mail {
    const json = jsonOf(payload);
    // Long ones cost more: each is written into the log.
    this.count(from, copies * Math.ceil(json.length / COUNTED_BYTES));
    const { messageBytes } = this.#limits;
    if (messageBytes >= 0 && json.length > messageBytes / 4) {
      const bytes = new TextEncoder().encode(json).length;
      if (bytes > messageBytes) {
        throw new KanibakoError(
          "too-long",
          `A message of ${formatBytes(bytes)} is too long: at most ${formatBytes(messageBytes)}.`,
          { hint: "Write a file into a channel or into ~/all, and send its name." },
        );
      }
    }
    return { from, json, at: Date.now() };
  }

  /** Counts what somebody sends. Throws `too-fast`. */
  count(from: number, copies: number): void {
    const { messagesASecond } = this.#limits;
    if (messagesASecond < 0) return;
    let bucket = this.#rates.get(from);
    if (!bucket) this.#rates.set(from, bucket = new Bucket(Math.max(1, messagesASecond)));
    if (bucket.tryTake(Math.min(copies, Math.max(1, messagesASecond)))) return;
    throw new KanibakoError(
      "too-fast",
      `Too many messages: a box sends at most ${messagesASecond} in a second.`,
      { hint: "Send fewer and longer ones." },
    );
  }
}

function jsonOf(payload: unknown): string {
  try {
    return JSON.stringify(payload);
  } catch {
    throw new KanibakoError("too-deep", "The message cannot be passed on: it is nested too deeply.");
  }
}
