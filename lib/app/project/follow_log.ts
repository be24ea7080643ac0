/**
 * Follows what a session shows, until it ends. A line counts once it has stood for two looks or has left the screen: so a line that is
 * still being written, or a figure that turns, is not repeated each time.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { pause } from "../../host/timer.ts";
import { until } from "../../host/wait.ts";
import { readExit, readRun } from "../../run/record.ts";
import { logLines } from "./log_lines.ts";
import { commonLines, linesAfter } from "./lines_after.ts";
import { type SessionLog, sessionLog, shownNow } from "./logs.ts";

const EVERY_MS = 700;
const END_POLL_MS = 100;
/** A box that ends is given a quarter of a minute, and is then recorded. */
const END_MS = 30_000;
/** So many lines are looked at again each time; who shows more in between shows it too fast to be read. */
const WINDOW = 2000;
/** What is above these is on no screen any more. */
const SCREEN = 100;

/** Pieces of a log: the first one is what it shows now, the last one says how it ended. Throws as {@link sessionLog}. */
export async function* followLog(
  host: Host,
  word: string | undefined,
  cwd: string,
  most = Infinity,
  everyMs = EVERY_MS,
): AsyncGenerator<Pick<SessionLog, "lines" | "ended">, void> {
  const first = await sessionLog(host, word, cwd);
  yield { ...first, lines: most === Infinity ? first.lines : first.lines.slice(-most) };
  if (!first.running) return;
  const { project } = first;
  const run = (await readRun(project.state))?.run;
  const follower = new Follower(first.lines);
  for (;;) {
    await pause(everyMs);
    const text = await shownNow(host, project, WINDOW);
    if (text === undefined) break;
    const lines = follower.look(logLines(text));
    if (lines.length > 0) yield { lines };
  }
  // Who looks after the box records its end a moment later.
  const isRecorded = async () => (await readExit(project.state).catch(() => undefined))?.run === run;
  if (!await until(isRecorded, { everyMs: END_POLL_MS, forMs: END_MS })) return;
  const last = await sessionLog(host, word, cwd);
  yield { ...last, lines: last.running ? [] : follower.end(last.lines) };
}

/** Keeps what was shown. */
export class Follower {
  #shown: string[];
  #fresh: readonly string[] = [];

  constructor(shown: readonly string[]) {
    this.#shown = shown.slice(-WINDOW);
  }

  /** The lines to show after a look. */
  look(seen: readonly string[]): readonly string[] {
    const { kept, fresh } = linesAfter(this.#shown, seen);
    const gone = Math.max(0, fresh.length - SCREEN);
    const lines = fresh.slice(0, Math.max(gone, commonLines(fresh, this.#fresh)));
    this.#fresh = fresh.slice(lines.length);
    if (lines.length > 0) this.#shown = [...this.#shown.slice(0, kept), ...lines].slice(-WINDOW);
    return lines;
  }

  /** The lines to show at the end: whatever of the last screen was not shown. */
  end(screen: readonly string[]): readonly string[] {
    return linesAfter(this.#shown, screen).fresh;
  }
}
