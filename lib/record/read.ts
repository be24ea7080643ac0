/**
 * Reads a record, as it is: what is no entry is handed on as such.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { entryOf, MOST_LINE, type RecordEntry } from "./entry.ts";
import { Snapshot } from "./snapshot.ts";

/** A line of a record. */
export interface RecordLine {
  /** Absent: it is no entry. */
  readonly entry: RecordEntry | undefined;
  /** The number of the part, and the line in it, from 1 on. */
  readonly part: number;
  readonly line: number;
}

/** The lines of a record as it was. */
export async function* linesIn(record: Snapshot): AsyncGenerator<RecordLine> {
  for (const part of record.parts) {
    let line = 0;
    for await (const text of linesOf(record.content(part))) {
      yield { entry: entryOf(text), part, line: ++line };
    }
  }
}

/** The entries of a box's record, in order. None where there is none. */
export async function* readEntries(dirs: Pick<Dirs, "state">, box: string): AsyncGenerator<RecordEntry> {
  using record = await Snapshot.take(dirs, box);
  for await (const { entry } of linesIn(record)) {
    if (entry) yield entry;
  }
}

/** The lines of a stream. Of one that is longer than any entry only the beginning is handed on. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!.slice(0, MOST_LINE);
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** The last entry of a part, and whether the part ends with a whole line. */
export function lastOf(path: string): { readonly entry: RecordEntry | undefined; readonly whole: boolean } {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const length = Math.min(size, 2 * MOST_LINE);
  file.seekSync(size - length, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let read = 0;
  for (let count = file.readSync(bytes); count; count = file.readSync(bytes.subarray(read))) read += count;
  const text = new TextDecoder().decode(bytes.subarray(0, read));
  const lines = text.split("\n");
  const whole = lines.pop() === "";
  const entries = lines.reverse().values().map(entryOf);
  const last = entries.next();
  return {
    entry: last.value ?? entries.find((one) => one !== undefined),
    whole: whole && (last.done === true || last.value !== undefined),
  };
}

/** The first entry of a part. */
export async function firstOf(path: string): Promise<RecordEntry | undefined> {
  using file = await Deno.open(path);
  for await (const text of linesOf(file.readable)) return entryOf(text);
  return undefined;
}
