/**
 * Messages on their way. One goes to who waits for it at this moment, else to who listens, else it stays, as many as may, until
 * somebody asks. Each box gets its messages in the order in which they were sent.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";

/** A message. Its content is kept as the JSON it was made into once: it is written as it is, to listeners, queues and the log. */
export interface Mail {
  readonly from: number;
  /** The payload, as JSON. */
  readonly json: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Somebody to whom messages are sent as they come. */
export interface Listener {
  /** Whether more can be sent now. When it can again, `Mailboxes.flush` is called. */
  readonly hasRoom: boolean;
  /** Sends it. What does not get there is given back. */
  push(mail: Mail): void;
}

/** Somebody who waits for messages. */
interface Waiter {
  readonly from: number | undefined;
  take(mail: Mail): void;
}

interface Mailbox {
  queue: Mail[];
  bytes: number;
  /** The last is the one that is sent to. */
  readonly listeners: Listener[];
  readonly waiters: Set<Waiter>;
}

/** How much may wait for one box. */
export interface QueueLimits {
  readonly queueMessages: number;
  readonly queueBytes: number;
}

/** With so much taken out, the rest is for the next time. */
const TAKEN_BYTES = 1024 * 1024;

/** The mailboxes of all boxes of a tree. */
export class Mailboxes {
  readonly #limits: QueueLimits;
  readonly #boxes = new Map<number, Mailbox>();

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Whether somebody listens for that box. */
  isConnected(number: number): boolean {
    return (this.#boxes.get(number)?.listeners.length ?? 0) > 0;
  }

  /** How many messages wait there. */
  waiting(number: number): number {
    return this.#boxes.get(number)?.queue.length ?? 0;
  }

  /** Delivers a message, or keeps it. Whether it is on its way. Throws `mailbox-full`, and then nothing is kept. */
  deliver(to: number, mail: Mail): boolean {
    const box = this.#box(to);
    const waiter = takerOf(box, mail);
    if (waiter) {
      box.waiters.delete(waiter);
      waiter.take(mail);
      return true;
    }
    const listener = box.listeners.at(-1);
    if (listener?.hasRoom && box.queue.length === 0) {
      listener.push(mail);
      return true;
    }
    const { queueMessages, queueBytes } = this.#limits;
    if (isOver(box.queue.length + 1, queueMessages) || isOver(box.bytes + mail.json.length, queueBytes)) {
      throw new KanibakoError(
        "mailbox-full",
        `The mailbox of ${to} is full: ${box.queue.length} messages wait.`,
        {
          hint: "It takes messages out with: kanibako crab helper recv",
        },
      );
    }
    box.queue.push(mail);
    box.bytes += mail.json.length;
    return false;
  }

  /** Takes messages out that wait there, the oldest first. */
  take(number: number, { from, max }: { readonly from?: number | undefined; readonly max: number }): Mail[] {
    const box = this.#box(number);
    const taken: Mail[] = [];
    const left: Mail[] = [];
    let bytes = 0;
    for (const mail of box.queue) {
      const isWanted = from === undefined || mail.from === from;
      if (isWanted && taken.length < max && bytes < TAKEN_BYTES) {
        taken.push(mail);
        bytes += mail.json.length;
      } else left.push(mail);
    }
    this.#keep(box, left);
    return taken;
  }

  /** Waits for a message. Returns what takes the wait back. */
  await(number: number, from: number | undefined, take: (mail: Mail) => void): () => void {
    const waiter: Waiter = { from, take };
    const box = this.#box(number);
    box.waiters.add(waiter);
    return () => void box.waiters.delete(waiter);
  }

  /** Puts messages back that did not get to whom they were given, before those that wait. */
  putBack(number: number, mail: readonly Mail[]): void {
    if (mail.length === 0) return;
    const box = this.#box(number);
    this.#keep(box, [...mail, ...box.queue]);
    this.flush(number);
  }

  /** From here on messages are sent to this listener, those that wait first. Returns what ends that. */
  listen(number: number, listener: Listener): () => void {
    const box = this.#box(number);
    box.listeners.push(listener);
    this.flush(number);
    return () => {
      const at = box.listeners.indexOf(listener);
      if (at >= 0) box.listeners.splice(at, 1);
    };
  }

  /** Passes on what waits, as far as somebody takes it. */
  flush(number: number): void {
    const box = this.#boxes.get(number);
    if (!box) return;
    let done = 0;
    for (; done < box.queue.length; done++) {
      const mail = box.queue[done]!;
      const waiter = takerOf(box, mail);
      if (waiter) {
        box.waiters.delete(waiter);
        waiter.take(mail);
        continue;
      }
      const listener = box.listeners.at(-1);
      if (!listener?.hasRoom) break;
      listener.push(mail);
    }
    // Not counted again: a long queue goes out in many parts.
    for (const { json } of box.queue.splice(0, done)) box.bytes -= json.length;
  }

  /** Forgets a box and what waits for it. */
  delete(number: number): void {
    this.#boxes.delete(number);
  }

  #keep(box: Mailbox, queue: Mail[]): void {
    box.queue = queue;
    box.bytes = queue.reduce((sum, { json }) => sum + json.length, 0);
  }

  #box(number: number): Mailbox {
    let box = this.#boxes.get(number);
    if (!box) this.#boxes.set(number, box = { queue: [], bytes: 0, listeners: [], waiters: new Set() });
    return box;
  }
}

/** Who waits for such a message: who came first. */
function takerOf(box: Mailbox, mail: Mail): Waiter | undefined {
  for (const waiter of box.waiters) {
    if (waiter.from === undefined || waiter.from === mail.from) return waiter;
  }
  return undefined;
}

function isOver(count: number, most: number): boolean {
  return most >= 0 && count > most;
}
