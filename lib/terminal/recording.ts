/**
 * Recordings of a terminal, in asciicast version 2: a line of JSON for the head, then one for each event, as it comes. Whatever kills
 * the program, what was recorded until then can be played.
 *
 * Source: docs.asciinema.org/manual/asciicast/v2.
 *
 * @module
 */

import { Redaction } from "./redaction.ts";

/** What a recording begins with. */
export interface RecordingHead {
  readonly columns: number;
  readonly rows: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly term: string;
  readonly title?: string;
}

/** Something text can be written to. */
export interface LineSink {
  writeSync(bytes: Uint8Array): number;
}

/** Writes a recording. */
export class Recorder {
  readonly #out: LineSink;
  readonly #now: () => number;
  readonly #startedMs: number;
  readonly #decoder = new TextDecoder();
  readonly #redaction: Redaction | undefined;

  /** `now`: milliseconds of a clock that only goes forward. `redact`: without what looks like a secret. */
  constructor(
    out: LineSink,
    head: RecordingHead,
    redact: boolean,
    now: () => number = () => performance.now(),
  ) {
    this.#out = out;
    this.#now = now;
    this.#startedMs = now();
    this.#redaction = redact ? new Redaction() : undefined;
    this.#line({
      version: 2,
      width: head.columns,
      height: head.rows,
      timestamp: Math.floor(head.startedAt),
      ...(head.title === undefined ? {} : { title: head.title }),
      env: { TERM: head.term },
    });
  }

  /** What the terminal shows. */
  output(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Another size. */
  resize(columns: number, rows: number): void {
    this.#text(this.#redaction?.end() ?? "", true);
    this.#event("r", `${columns}x${rows}`);
  }

  /** The end, with the command's exit code. */
  end(code: number): void {
    this.#text(this.#decoder.decode());
    this.#text(this.#redaction?.end() ?? "", true);
    this.#event("x", `${code}`);
  }

  #text(text: string, clean: boolean = false): void {
    const shown = clean ? text : this.#redaction?.pass(text) ?? text;
    if (shown !== "") this.#event("o", shown);
  }

  #event(kind: "o" | "r" | "x", data: string): void {
    this.#line([Math.round((this.#now() - this.#startedMs) * 1000) / 1e6, kind, data]);
  }

  #line(value: unknown): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
    for (let at = 0; at < bytes.length;) at += this.#out.writeSync(bytes.subarray(at));
  }
}

/** An event of a recording. */
export interface RecordedEvent {
  /** Seconds since its start. */
  readonly at: number;
  readonly kind: string;
  readonly data: string;
}

/** A recording as far as it can be read: one that was cut off ends early. */
export interface Recording {
  readonly columns: number;
  readonly rows: number;
  readonly events: readonly RecordedEvent[];
}

/** Reads a recording. `undefined` for what is none. */
export function readRecording(text: string): Recording | undefined {
  const [first, ...lines] = text.split("\n");
  const head = parsed(first ?? "") as { version?: unknown; width?: unknown; height?: unknown } | undefined;
  if (head?.version !== 2 || !isSize(head.width) || !isSize(head.height)) return undefined;
  const events: RecordedEvent[] = [];
  for (const line of lines) {
    if (line === "") continue;
    const event = parsed(line);
    if (!Array.isArray(event)) break;
    const [at, kind, data] = event;
    if (typeof at !== "number" || !(at >= 0) || typeof kind !== "string" || typeof data !== "string") break;
    events.push({ at, kind, data });
  }
  return { columns: head.width, rows: head.height, events };
}

/** How long to wait before each event, in seconds. `speed`: so many times as fast. `maxIdle`: no pause is longer than that. */
export function pauses(
  events: readonly RecordedEvent[],
  speed: number,
  maxIdle: number = Infinity,
): readonly number[] {
  let last = 0;
  return events.map(({ at }) => {
    const pause = Math.max(0, Math.min(at - last, maxIdle)) / speed;
    last = Math.max(last, at);
    return pause;
  });
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
