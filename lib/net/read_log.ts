/**
 * Reads the log of a box's filtered network.
 *
 * @module
 */

import { networkLog } from "../config/box_state.ts";
import { entriesOf } from "../host/json_lines.ts";
import { olderFile } from "../host/rotated_file.ts";
import { readText } from "../host/store.ts";
import { isRefusal, LOG_LINE, type LogLine } from "./log_line.ts";

/** All lines there are, the oldest first. What is no line of ours is left out. */
export async function readNetworkLog(state: string): Promise<readonly LogLine[]> {
  const path = networkLog(state);
  // The newer one first: what is moved meanwhile is read twice, not missed, and then the older one begins with it.
  const newer = await readText(path) ?? "";
  const older = await readText(olderFile(path)) ?? "";
  return [...linesOf(older), ...older.startsWith(newer) ? [] : linesOf(newer)];
}

/** Lines as they are written from now on, until the signal. */
export async function* followNetworkLog(state: string, signal: AbortSignal): AsyncGenerator<LogLine> {
  const path = networkLog(state);
  using watcher = Deno.watchFs(state, { recursive: false });
  const close = () => watcher.close();
  signal.addEventListener("abort", close, { once: true });
  using tail = new Tail(path);
  try {
    tail.skip();
    if (signal.aborted) return;
    for await (const { paths } of watcher) {
      if (!paths.some((one) => one.endsWith("/network.log") || one.endsWith("/network.log.1"))) continue;
      yield* linesOf(tail.more());
    }
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** The end of a file that another one takes the place of now and then. */
class Tail implements Disposable {
  readonly #path: string;
  readonly #decoder = new TextDecoder();
  #file: Deno.FsFile | undefined;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }

  /** Passes over what is there. */
  skip(): void {
    this.#open();
    this.#file?.seekSync(0, Deno.SeekMode.End);
  }

  /** Whole lines that have come since. */
  more(): string {
    // Looked at first: once another file is there, nothing more is written to this one.
    const isReplaced = this.#isReplaced();
    let text = this.#rest + this.#read();
    if (isReplaced) {
      this.#file?.close();
      this.#open();
      text += this.#read();
    }
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    return text.slice(0, end);
  }

  #isReplaced(): boolean {
    try {
      return Deno.statSync(this.#path).ino !== this.#file?.statSync().ino;
    } catch {
      return false;
    }
  }

  #open(): void {
    try {
      this.#file = Deno.openSync(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.#file = undefined;
    }
  }

  #read(): string {
    let text = "";
    const buffer = new Uint8Array(64 * 1024);
    for (let count = this.#file?.readSync(buffer); count; count = this.#file?.readSync(buffer)) {
      text += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
    }
    return text;
  }
}

function linesOf(text: string): readonly LogLine[] {
  return entriesOf(text, LOG_LINE);
}

/** A name that was refused lately. */
export interface RefusedName {
  readonly host: string;
  /** Those that were dialled; none where only the name was asked for. */
  readonly ports: readonly number[];
  readonly count: number;
  /** When it was refused last: milliseconds since 1970. */
  readonly lastMs: number;
  readonly event: LogLine["event"];
  /** The rule that refused it; absent: no rule allows it. */
  readonly rule?: string;
}

/** The names that were refused, the latest first. `sinceMs`: milliseconds since 1970. */
export function refusedNames(lines: readonly LogLine[], sinceMs = 0, most = 20): readonly RefusedName[] {
  const byName = new Map<string, RefusedName>();
  for (const line of lines) {
    const { host, at, port = 0, count = 1, event, rule } = line;
    if (host === undefined || at < sinceMs || !isRefusal(line) || event === "refused-ssh") continue;
    const before = byName.get(host);
    byName.delete(host);
    const ports = new Set([...before?.ports ?? [], ...port > 0 ? [port] : []]);
    byName.set(host, {
      host,
      ports: [...ports].sort((a, b) => a - b),
      count: (before?.count ?? 0) + count,
      lastMs: at,
      event,
      ...(rule === undefined ? {} : { rule }),
    });
  }
  return [...byName.values()].reverse().slice(0, most);
}

/** The limits that acted, each once. `sinceMs`: milliseconds since 1970. */
export async function limitsThatActed(state: string, sinceMs: number): Promise<readonly string[]> {
  const files = [networkLog(state), olderFile(networkLog(state))];
  // Few logs have such a line, and a start waits for this.
  const texts = (await Promise.all(files.map(readText))).filter((text) => text?.includes(LIMIT_LINE));
  const lines = texts.flatMap((text) => text!.split("\n").filter((line) => line.includes(LIMIT_LINE)));
  return [
    ...new Set(
      linesOf(lines.join("\n")).flatMap(({ at, limit }) =>
        at >= sinceMs && limit !== undefined ? [limit] : []
      ),
    ),
  ];
}

const LIMIT_LINE = '"event":"limit"';
