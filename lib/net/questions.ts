/**
 * Names that no rule is about, and that wait for the user's answer. The answer is a rule like any other: it appears in the files, and
 * whoever waits is let go. Everything is bounded: a box that asks for thousands of names is in nobody's way.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import type { HostName } from "../wire/host_name.ts";
import { Bucket } from "./bucket.ts";
import type { NetworkPending } from "./network_file.ts";
import { USUAL_PORTS } from "./rule.ts";

/** A name that waits, or was refused for want of an answer. */
export type PendingName = NetworkPending["names"][number];

/** Most names that wait at once. */
const MAX_NAMES = 8;
/** Most connections and questions that wait for one name. Together they leave room among those that a box may have at once. */
const MAX_WAITING = 32;
/** Most names that are remembered as not answered. */
const MAX_PAST = 32;
/** Somebody who did not answer is not asked for the same name again so soon. */
const QUIET_MS = 10 * 60_000;
/** New questions: so many at once, and then one in so many seconds. */
const BURST = 6;
const EVERY_SECONDS = 10;
/** Names of a machine's own surroundings. Programs ask for them unasked, and no rule makes sense of them. */
const NO_QUESTION = /^[^.]*$|(^|\.)(local|localhost|localdomain|lan|home|internal|invalid|onion|arpa)$/;

/** What questions need of the door. */
export interface QuestionsOptions {
  /** Whether names wait now: the setting says so, and somebody is there. Asked once for each new name. */
  readonly asks: () => boolean;
  readonly waitMs: () => number;
  /** Whether there is a rule about it by now. Port 0: about the name. */
  readonly decided: (host: HostName, port: number) => boolean;
  /** Called with all names, after each change: those that wait first. */
  readonly changed: (names: readonly PendingName[]) => void;
  /** Called for each new question. */
  readonly asked: (name: PendingName) => void;
}

interface Waiting {
  name: Omit<PendingName, "waiting">;
  readonly host: HostName;
  readonly waiters: { readonly port: number; readonly go: () => void }[];
  readonly cancel: () => void;
}

/** The questions of one box. */
export class Questions implements Disposable {
  readonly #options: QuestionsOptions;
  readonly #rate: Bucket;
  readonly #now: () => number;
  readonly #waiting = new Map<HostName, Waiting>();
  readonly #past = new Map<HostName, PendingName>();
  #next = 1;
  #closed = false;

  constructor(options: QuestionsOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
    this.#rate = new Bucket(1 / EVERY_SECONDS, { burst: BURST, now });
  }

  /** Lets all go who wait. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const one of this.#waiting.values()) release(one);
    this.#waiting.clear();
  }

  /** Waits for an answer about a name. Resolves when there may be one, or nobody has given one. Port 0: about the name alone. */
  async ask(host: HostName, port: number): Promise<void> {
    if (this.#closed || NO_QUESTION.test(host)) return;
    const there = this.#waiting.get(host) ?? this.#begin(host, port);
    if (!there || there.waiters.length >= MAX_WAITING) return;
    await new Promise<void>((go) => {
      there.waiters.push({ port, go });
      // A port says more than a name, but a question stays what it was when it was read: an answer allows nothing that was not shown.
      const known = there.name.port === 0 && USUAL_PORTS.includes(port) ? port : there.name.port;
      there.name = { ...there.name, port: known };
      this.#changed();
      if (there.waiters.length === 1) this.#options.asked(pending(there));
    });
  }

  /** The rules have changed: whoever waits for one of them goes on, and what was not answered may be now. */
  again(): void {
    let changed = false;
    for (const one of this.#waiting.values()) {
      const [decided, others] = [[], []] as [Waiting["waiters"], Waiting["waiters"]];
      for (const waiter of one.waiters) {
        (this.#options.decided(one.host, waiter.port) ? decided : others).push(waiter);
      }
      if (decided.length === 0) continue;
      changed = true;
      one.waiters.splice(0, Infinity, ...others);
      for (const { go } of decided) go();
      if (others.length > 0) {
        this.#askOthers(one);
        continue;
      }
      one.cancel();
      this.#waiting.delete(one.host);
    }
    for (const [host, { port }] of this.#past) {
      if (this.#options.decided(host, port)) changed = this.#past.delete(host) || changed;
    }
    if (changed) this.#changed();
  }

  /** What was shown has its answer, and others wait for another port: that is another question. */
  #askOthers(one: Waiting): void {
    if (!this.#options.decided(one.host, one.name.port)) return;
    one.name = { ...one.name, id: this.#id(), port: one.waiters[0]!.port };
    this.#options.asked(pending(one));
  }

  #begin(host: HostName, port: number): Waiting | undefined {
    const now = this.#now();
    const before = this.#past.get(host);
    const asks = this.#options.asks();
    const isQuiet = before !== undefined && before.waiting > 0 && now - before.until < QUIET_MS;
    if (!asks || isQuiet || this.#waiting.size >= MAX_NAMES || !this.#rate.tryTake(1)) {
      // What was asked before keeps its place: nothing new is said by asking again.
      if (!before) this.#unanswered({ id: this.#id(), host, port, since: now, until: now, waiting: 0 });
      return undefined;
    }
    this.#past.delete(host);
    const waitMs = this.#options.waitMs();
    const one: Waiting = {
      name: { id: before?.id ?? this.#id(), host, port, since: now, until: now + waitMs },
      host,
      waiters: [],
      cancel: after(waitMs, () => this.#giveUp(one)),
    };
    this.#waiting.set(host, one);
    return one;
  }

  #id(): string {
    return String(this.#next++);
  }

  #giveUp(one: Waiting): void {
    this.#waiting.delete(one.host);
    this.#unanswered({ ...pending(one), until: this.#now() });
    release(one);
  }

  #unanswered(name: PendingName): void {
    this.#past.set(name.host as HostName, name);
    if (this.#past.size > MAX_PAST) this.#past.delete(this.#past.keys().next().value!);
    this.#changed();
  }

  #changed(): void {
    if (this.#closed) return;
    const names = [...[...this.#waiting.values()].map(pending), ...this.#past.values()];
    this.#options.changed(names);
  }
}

function pending({ name, waiters }: Waiting): PendingName {
  return { ...name, waiting: waiters.length };
}

function release({ waiters, cancel }: Waiting): void {
  cancel();
  for (const { go } of waiters.splice(0)) go();
}
