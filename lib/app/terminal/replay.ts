/**
 * Plays a recording of a terminal: at its own pace, through the filter that a box has.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { pause } from "../../host/timer.ts";
import { piecesOf } from "../../host/byte_pieces.ts";
import { openPlain } from "../../host/tree/plain_file.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { TerminalFilter } from "../../terminal/filter.ts";
import { pauseBefore, type RecordedHead, Recording } from "../../terminal/playing.ts";

/** How a recording is played. */
export interface ReplayOptions {
  /** So many times as fast. */
  readonly speed: number;
  /** Longest pause, in seconds of the recording. */
  readonly maxIdle: number;
  /** Is given the size that was recorded, before anything is shown. */
  readonly onHead?: (head: RecordedHead) => void;
  /** Shows bytes. */
  readonly show: (bytes: Uint8Array) => void | Promise<void>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Longest that is waited at once, in seconds: no timer takes more than three weeks. */
const LONGEST_PAUSE = 86_400;

/**
 * Plays a file to its end. False when it has none: it was cut off, or playing it was. Throws `not-found`, `bad-recording`,
 * `cannot-read` or `unsafe-link`.
 */
export async function replay(
  host: Host,
  word: string,
  cwd: string,
  options: ReplayOptions,
): Promise<boolean> {
  const file = openPlain(await assertNoBoxLink(host, word, cwd));
  if (!file) {
    throw new KanibakoError("not-found", `Cannot play ${shellQuote(word)}: there is no such file.`);
  }
  const recording = await Recording.open(piecesOf(file), word);
  options.onHead?.(recording.head);
  const filter = new TerminalFilter({ clipboard: false, title: false });
  const encoder = new TextEncoder();
  const aborted = new Promise<void>((resolve) =>
    options.signal.addEventListener("abort", () => resolve(), { once: true })
  );
  let last = 0;
  let ended = false;
  for await (const { at, kind, data } of recording.events()) {
    const seconds = pauseBefore(at, last, options.speed, options.maxIdle);
    last = Math.max(last, at);
    if (seconds > 0) await Promise.race([pause(Math.min(seconds, LONGEST_PAUSE) * 1000), aborted]);
    if (options.signal.aborted) return false;
    if (kind === "o") await options.show(filter.pass(encoder.encode(data)));
    ended = kind === "x";
  }
  return ended;
}
