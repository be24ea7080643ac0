/**
 * Writes the log of a box's filtered network: a line of JSON for each event, in two files of bounded size. What a box repeats is
 * counted, and so is what comes faster than anybody could read: it can fill neither the disk nor the log.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import { RotatedFile } from "../host/rotated_file.ts";
import { escapeInJson } from "../host/ui/text.ts";
import { Bucket } from "./bucket.ts";
import type { DoorEvent } from "./door_event.ts";
import { isRefusal, type LogLine } from "./log_line.ts";
import type { SourcedRule } from "./policy.ts";

const MAX_FILE_BYTES = 1024 * 1024;
/** What is refused comes as fast as the box likes; what is connected costs it something. */
const REFUSALS_A_SECOND = 5;
const OTHERS_A_SECOND = 50;
const BURST = 200;
/** The same again within this time is only counted. */
const SAME_MS = 60_000;
const MOST_KNOWN = 256;
/** After so long it is said how many lines were left out. */
const LEFT_OUT_MS = 2000;
/** Most characters of a text that comes from elsewhere. */
const MAX_TEXT = 300;

const OPEN = new Map<string, { readonly log: NetworkLog; users: number }>();

/** The log of a run for one of those in this process that write it: they share it, as its size is known to one only. */
export function sharedLog(
  path: string,
  run: string,
  written: (line: LogLine) => void = () => {},
): Disposable & Pick<NetworkLog, "write"> {
  const key = `${path} ${run}`;
  const one = OPEN.get(key) ?? { log: new NetworkLog(path, run, { written }), users: 0 };
  OPEN.set(key, one);
  one.users++;
  let closed = false;
  return {
    write: (event) => one.log.write(event),
    [Symbol.dispose]: () => {
      if (closed) return;
      closed = true;
      if (--one.users > 0) return;
      OPEN.delete(key);
      one.log[Symbol.dispose]();
    },
  };
}

type Entry = Omit<LogLine, "at" | "run">;

/** A log being written. Failures to write are no reason to stop anything. */
export class NetworkLog implements Disposable {
  readonly #file: RotatedFile;
  readonly #run: string;
  readonly #now: () => number;
  readonly #written: (line: LogLine) => void;
  readonly #refusals: Bucket;
  readonly #others: Bucket;
  /** What was written lately: when, and how often it has occurred since. */
  readonly #known = new Map<string, { at: number; count: number; readonly entry: Entry }>();
  #leftOut = 0;
  #cancel: (() => void) | undefined;
  #closed = false;

  /** `written`: is given each line that was. */
  constructor(
    path: string,
    run: string,
    { now = Date.now, written = () => {} }: {
      readonly now?: () => number;
      readonly written?: (line: LogLine) => void;
    } = {},
  ) {
    this.#written = written;
    this.#file = new RotatedFile(path, { most: MAX_FILE_BYTES, mode: 0o600 });
    this.#run = run;
    this.#now = now;
    this.#refusals = new Bucket(REFUSALS_A_SECOND, { burst: BURST, now });
    this.#others = new Bucket(OTHERS_A_SECOND, { burst: BURST, now });
  }

  /** Writes what was counted, and closes the file. */
  [Symbol.dispose](): void {
    this.#cancel?.();
    for (const [key, { count, entry }] of this.#known) {
      this.#known.delete(key);
      if (count > 0) this.#put({ ...entry, count });
    }
    this.#putLeftOut();
    this.#file[Symbol.dispose]();
    this.#closed = true;
  }

  /** Takes an event. Never throws. What comes after the log was closed is dropped: the box's state may be gone. */
  write(event: DoorEvent): void {
    if (this.#closed) return;
    const entry = entryOf(event);
    if (!entry) return;
    const counted = isRefusal(entry) || entry.event === "limit" || entry.event === "unreachable";
    if (counted && this.#isKnown(entry)) return;
    const bucket = isRefusal(entry) ? this.#refusals : this.#others;
    if (bucket.tryTake(1)) this.#put(entry);
    else this.#leaveOut(1);
  }

  /** Whether the same was written lately; then it is counted. */
  #isKnown(entry: Entry): boolean {
    const key =
      `${entry.event} ${entry.host} ${entry.port} ${entry.limit} ${entry.named} ${entry.rule} ${entry.method} ${entry.path} ${entry.key} ${entry.why}`;
    const known = this.#known.get(key);
    const now = this.#now();
    if (known && now - known.at < SAME_MS) {
      known.count++;
      return true;
    }
    this.#known.delete(key);
    if (known && known.count > 0) this.#putCounted(known);
    this.#known.set(key, { at: now, count: 0, entry });
    if (this.#known.size > MOST_KNOWN) {
      const [oldest, gone] = this.#known.entries().next().value!;
      this.#known.delete(oldest);
      if (gone.count > 0) this.#putCounted(gone);
    }
    return false;
  }

  #putCounted({ entry, count }: { readonly entry: Entry; readonly count: number }): void {
    if (this.#refusals.tryTake(1)) this.#put({ ...entry, count });
    else this.#leaveOut(count);
  }

  #leaveOut(count: number): void {
    this.#leftOut += count;
    this.#cancel ??= after(LEFT_OUT_MS, () => this.#putLeftOut());
  }

  #putLeftOut(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#leftOut === 0) return;
    this.#put({ event: "left-out", count: this.#leftOut });
    this.#leftOut = 0;
  }

  #put(entry: Entry): void {
    try {
      const line: LogLine = { at: this.#now(), run: this.#run, ...entry };
      this.#file.write(`${escapeInJson(JSON.stringify(line))}\n`);
      this.#written(line);
    } catch (error) {
      debug(() => `network log: ${error}`);
    }
  }
}

/** What is written of an event. Names that may be reached are seen when they are connected to. */
function entryOf(event: DoorEvent): Entry | undefined {
  switch (event.kind) {
    case "name":
      return event.ports.length > 0
        ? undefined
        : { event: "no-such-name", host: event.host, ...ruleOf(event.by) };
    case "limit":
      return { event: "limit", limit: event.limit };
    case "refused": {
      const { host, port, decision: { by } } = event;
      return { event: "refused", host, port, ...ruleOf(by) };
    }
    case "mismatch":
      return { event: "mismatch", host: event.host, port: event.port, named: short(event.named) };
    case "unreachable":
      return { event: "unreachable", host: event.host, port: event.port, why: short(event.why) };
    case "private": {
      const { host, port, addresses } = event;
      return { event: "private", host, port, addresses: addresses.slice(0, 8).map(short) };
    }
    case "request":
      return requestEntry(event);
    case "placeholder":
      return { event: "placeholder", host: event.host, port: event.port, secrets: [event.secret] };
    case "ssh": {
      const { host, key, why } = event;
      return {
        event: why === undefined ? "ssh" : "refused-ssh",
        ...host === "" ? {} : { host },
        ...key === undefined ? {} : { key },
        ...why === undefined ? {} : { why: short(why) },
      };
    }
    case "unread":
      return { event: "unread", host: event.host, port: event.port, why: short(event.why) };
    default: {
      const { kind, ...rest } = event;
      return { event: kind, ...rest };
    }
  }
}

function requestEntry({ host, port, exchanged }: Extract<DoorEvent, { kind: "request" }>): Entry {
  const { method, path, status, sent, received, secrets, accounts, why, stray } = exchanged;
  const isRefused = why !== undefined;
  return {
    event: stray !== undefined ? "stray-secret" : isRefused ? "refused-request" : "request",
    host,
    port,
    method: short(method),
    path: short(path),
    status,
    ...isRefused ? { why: short(why) } : { sent, received },
    ...stray ? { secrets: [stray] } : secrets.length > 0 ? { secrets: [...secrets] } : {},
    ...accounts ? { accounts: accounts.map(short) } : {},
  };
}

function ruleOf(by: SourcedRule | undefined): Pick<Entry, "rule"> {
  return by ? { rule: by.rule.text } : {};
}

function short(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}
