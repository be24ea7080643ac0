/**
 * The log of what helpers send and what becomes of them: a line of JSON each, in two files of bounded size. The host alone writes it; the
 * director's box may read it.
 *
 * @module
 */

import { entriesOf } from "../host/json_lines.ts";
import { debug } from "../host/log.ts";
import { olderFile, RotatedFile } from "../host/rotated_file.ts";
import { escapeInJson } from "../host/ui/text.ts";
import { soon } from "./batch.ts";
import { LOG_ENTRY, type LogEntry } from "./log_entry.ts";
import type { Mail } from "./mailboxes.ts";

/** What happened, beside messages. */
export type ControlEntry = Omit<Extract<LogEntry, { type: "control" }>, "type" | "ts">;

/** Nothing in it is to be escaped. */
const PLAIN = /^[ -~]*$/;
/** With so many characters it is not waited for more: less than a file has. */
const WRITTEN_AT_ONCE = 64 * 1024;

/** A log being written, and read. */
export class MessageLog implements Disposable {
  readonly #path: string;
  readonly #file: RotatedFile;
  readonly #atOnce: number;
  #lines = "";

  /** `most`: bytes of each of its files. */
  constructor(path: string, most: number) {
    this.#path = path;
    this.#atOnce = Math.min(WRITTEN_AT_ONCE, most / 4);
    this.#file = new RotatedFile(path, { most, mode: 0o644 });
  }

  [Symbol.dispose](): void {
    this.#flush();
    this.#file[Symbol.dispose]();
  }

  /** Notes a message. Never throws. */
  message({ from, json, at }: Mail, to: number | "all"): void {
    this.#write(
      `{"type":"message","from":${from},"to":${JSON.stringify(to)},"payload":${json},"ts":"${time(at)}"}`,
    );
  }

  /** Notes what happened. Never throws. */
  control(entry: ControlEntry): void {
    this.#write(JSON.stringify({ type: "control", ...entry, ts: time(Date.now()) }));
  }

  /** Entries from there on, and where to go on. What is no line of ours is left out. Without `after`: all that there are. */
  read(after?: string): { readonly entries: readonly LogEntry[]; readonly after: string } {
    this.#flush();
    // The newer one first: what is moved meanwhile is then still read.
    const newer = contentOf(this.#path);
    const older = contentOf(olderFile(this.#path));
    const place = after?.split("/");
    const from = Number(place?.[1] ?? 0);
    const isIn = (one: Content | undefined) => one !== undefined && place?.[0] === one.mark;
    const text = isIn(newer)
      ? newer!.from(from)
      : `${isIn(older) ? older!.from(from) : older?.from(0) ?? ""}${newer?.from(0) ?? ""}`;
    const last = newer ?? older;
    return { entries: entriesOf(text, LOG_ENTRY), after: last ? `${last.mark}/${last.size}` : "" };
  }

  #write(json: string): void {
    this.#lines += `${PLAIN.test(json) ? json : escapeInJson(json)}\n`;
    if (this.#lines.length > this.#atOnce) this.#flush();
    else soon(this.#flush);
  }

  readonly #flush = (): void => {
    if (this.#lines === "") return;
    try {
      this.#file.write(this.#lines);
    } catch (error) {
      debug(() => `message log: ${error}`);
    }
    this.#lines = "";
  };
}

/** A file, as it was at one moment. */
interface Content {
  /** Another one for each file that was ever there. */
  readonly mark: string;
  readonly size: number;
  /** Its text from a byte on. */
  from(byte: number): string;
}

function contentOf(path: string): Content | undefined {
  try {
    using file = Deno.openSync(path);
    const { ino, birthtime, size } = file.statSync();
    const bytes = new Uint8Array(size);
    let length = 0;
    for (let count = file.readSync(bytes); count; count = file.readSync(bytes.subarray(length))) {
      length += count;
    }
    const whole = bytes.subarray(0, length);
    return {
      mark: `${ino}-${birthtime?.getTime() ?? 0}`,
      size: length,
      from: (byte) => new TextDecoder().decode(whole.subarray(Number.isSafeInteger(byte) ? byte : 0)),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

let timed = { at: NaN, text: "" };

function time(at: number): string {
  if (timed.at !== at) timed = { at, text: new Date(at).toISOString().replace("Z", "+00:00") };
  return timed.text;
}
