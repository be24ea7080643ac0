/**
 * Reads recordings of a terminal, in asciicast version 2. Whoever made one may be anybody: each line is bounded and checked, and
 * what it shows goes through the same filter as a box.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";

/** Most bytes of a line. What a terminal shows at once is far less. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** What a recording begins with. */
export interface RecordedHead {
  readonly columns: number;
  readonly rows: number;
}

/** An event of a recording. */
export interface RecordedEvent {
  /** Seconds since its start. */
  readonly at: number;
  readonly kind: string;
  readonly data: string;
}

/** A recording, read line by line. */
export class Recording {
  readonly head: RecordedHead;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;

  private constructor(head: RecordedHead, lines: AsyncIterator<string>, name: string) {
    this.head = head;
    this.#lines = lines;
    this.#name = name;
  }

  /** Reads the head. `name`: the file, for errors. Throws `bad-recording` for what is none. */
  static async open(bytes: AsyncIterable<Uint8Array>, name: string): Promise<Recording> {
    const lines = linesOf(bytes, name);
    const first = await lines.next();
    const head = first.done ? undefined : parsed(first.value);
    if (!isObject(head) || !("version" in head)) throw bad(name, "it is no asciicast");
    const { version, width, height } = head as { version: unknown; width?: unknown; height?: unknown };
    if (version !== 2) {
      throw bad(
        name,
        `it is an asciicast of version ${JSON.stringify(version)}, and only version 2 can be played`,
      );
    }
    if (!isSize(width) || !isSize(height)) throw bad(name, "its size is none of a terminal");
    return new Recording({ columns: width, rows: height }, lines, name);
  }

  /** The events in their order. One that was cut off ends early. Throws `bad-recording` for a line that is none, and a time that is none. */
  async *events(): AsyncGenerator<RecordedEvent> {
    for (let line = 2;; line++) {
      const next = await this.#lines.next();
      if (next.done) return;
      if (next.value.trim() === "") continue;
      const event = parsed(next.value);
      if (event === undefined) {
        // The last line of one that was cut off.
        if ((await this.#lines.next()).done) return;
        throw bad(this.#name, `line ${line} is no JSON`);
      }
      const [at, kind, data] = Array.isArray(event) ? event : [];
      if (typeof at !== "number" || !(at >= 0) || typeof kind !== "string" || typeof data !== "string") {
        throw bad(this.#name, `line ${line} is no event`);
      }
      yield { at, kind, data };
    }
  }
}

/** How long to wait before an event, in seconds, `last` being the time of the one before. `speed`: so many times as fast. */
export function pauseBefore(at: number, last: number, speed: number, maxIdle: number): number {
  return Math.max(0, Math.min(at - last, maxIdle)) / speed;
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of bytes) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > MAX_LINE_BYTES) throw bad(name, "it has a line that is too long");
    yield* lines;
  }
  if (rest !== "") yield rest;
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 10_000;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function bad(name: string, why: string): KanibakoError {
  return new KanibakoError("bad-recording", `Cannot play ${JSON.stringify(name)}: ${why}.`);
}
