/**
 * Puts what happens to boxes into their records, beside what goes on: nobody waits for it but who ends the process.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { debug } from "../host/log.ts";
import type { BoxEvent } from "../spec/ui.ts";
import { MOST_TEXT, type NewEntry } from "./entry.ts";

/** As many may wait to be written. Beyond them they are counted. */
const MOST_WAITING = 1000;
const BOX = /^[a-z0-9][a-z0-9._-]{0,200}$/;
/** Boxes of one use share a record: there would be no end of them. */
const ONE_USE = /^scratch-/;

/** The recorder of this user's boxes; `undefined` where none is wanted. */
export function recorderOf(
  { dirs, system }: { readonly dirs: Pick<Dirs, "state">; readonly system: SystemSaid },
): Recorder | undefined {
  return system.config.values["record.enabled"] === false ? undefined : new Recorder(dirs);
}

/** What the configuration says. */
interface SystemSaid {
  readonly config: { readonly values: Readonly<Record<string, unknown>> };
}

/** Writes what happens to boxes. */
export class Recorder {
  readonly #dirs: Pick<Dirs, "state">;
  readonly #waiting = new Map<string, NewEntry[]>();
  #count = 0;
  /** How many were not written, by record. */
  readonly #leftOut = new Map<string, number>();
  #work: Promise<void> | undefined;

  constructor(dirs: Pick<Dirs, "state">) {
    this.#dirs = dirs;
  }

  /** Takes an event. Never throws. */
  readonly event = (event: BoxEvent): void => {
    const record = ONE_USE.test(event.box) ? "scratch" : event.box;
    if (!BOX.test(record)) return debug(() => `no record of ${JSON.stringify(record)}`);
    if (this.#count >= MOST_WAITING) {
      return this.#leaveOut(record, 1);
    }
    this.#count++;
    const entries = this.#waiting.get(record) ?? [];
    this.#waiting.set(record, [...entries, entryFor(event)]);
    this.#start();
  };

  #start(): void {
    this.#work ??= this.#write().finally(() => {
      this.#work = undefined;
      // What came after the last look.
      if (this.#waiting.size > 0) this.#start();
    });
  }

  #leaveOut(record: string, count: number): void {
    this.#leftOut.set(record, (this.#leftOut.get(record) ?? 0) + count);
  }

  /** Resolves when all that was taken is written, or could not be. */
  async done(): Promise<void> {
    while (this.#work) await this.#work;
  }

  async #write(): Promise<void> {
    try {
      const { appendEntries } = await import("./append.ts");
      for (let next = this.#next(); next; next = this.#next()) {
        const { box, entries, leftOut } = next;
        const { at } = entries[0]!;
        const said = leftOut === 0
          ? []
          : [{ at, box, kind: "left-out", by: "host", data: { count: leftOut } } as const];
        try {
          await appendEntries(this.#dirs, box, [...said, ...entries]);
        } catch (error) {
          this.#leaveOut(box, leftOut + entries.length);
          debug(() => `not recorded: ${error}`);
        }
      }
    } catch (error) {
      for (let next = this.#next(); next; next = this.#next()) {
        this.#leaveOut(next.box, next.leftOut + next.entries.length);
      }
      debug(() => `not recorded: ${error}`);
    }
  }

  #next(): { box: string; entries: readonly NewEntry[]; leftOut: number } | undefined {
    const [next] = this.#waiting;
    if (!next) return undefined;
    const [box, entries] = next;
    this.#waiting.delete(box);
    this.#count -= entries.length;
    const leftOut = this.#leftOut.get(box) ?? 0;
    this.#leftOut.delete(box);
    return { box, entries, leftOut };
  }
}

function entryFor({ kind, box, run, atMs, data = {} }: BoxEvent): NewEntry {
  return {
    at: new Date(atMs).toISOString(),
    box,
    ...run === undefined ? {} : { run },
    kind,
    by: "host",
    data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, kept(value)])),
  };
}

function kept(value: string | number | boolean): string | number | boolean {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "string") return value;
  // Half of a pair of surrogates is no text that JSON has one form for.
  const text = value.isWellFormed() ? value : value.toWellFormed();
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT).toWellFormed()}…`;
}
