/**
 * Words of these commands, read and shown.
 *
 * @module
 */

import { textOf } from "../../../app/helper/message_text.ts";
import { UsageError } from "../../../host/error.ts";
import type { Change } from "../../../hub/launcher.ts";
import type { Message, View } from "../../../hub/words.ts";
import { green, out, type Part, red, yellow } from "../../../host/ui/terminal.ts";

/** The greatest depth or breadth that can be asked for. */
export const MOST_DEPTH_OR_BREADTH = 65_536;

/** A whole number of an option. Throws a usage error that names it. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^-?\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`Cannot use ${option} ${JSON.stringify(text)}.`, {
    hint: `Give a whole number from ${least} to ${most}${least < 0 ? "; -1 is no limit" : ""}.`,
  });
}

/** A helper as a word: `3`, or `3 (docs)`. */
export function named({ number, name }: Pick<View, "number" | "name">): string {
  return name === undefined ? String(number) : `${number} (${name})`;
}

/** A status, coloured. */
export function statusPart(status: string): Part {
  return status === "done"
    ? green(status)
    : status === "failed"
    ? red(status)
    : status === "running"
    ? status
    : yellow(status);
}

/** Prints a message: its first line after who sent it, the others below it, so that none can pass for another message. */
export function showMessage({ from, payload }: Message): void {
  const [first = "", ...more] = textOf(payload).split("\n");
  out(`[${from}]  ${first}`);
  for (const line of more) out(`     ${line}`);
}

/** Prints text of a helper, each line marked as such. */
export function showQuoted(text: string): void {
  for (const line of text.replace(/\n$/, "").split("\n")) out("  | ", line);
}

/** Prints changed paths. */
export function showChanges(changes: readonly Change[]): void {
  const width = Math.max(0, ...changes.map(({ change }) => change.length));
  for (const { path, change, protected: place } of changes) {
    const colour = change === "added"
      ? green
      : change === "removed" || change === "conflicting"
      ? red
      : yellow;
    out(
      colour(change),
      " ".repeat(width - change.length + 2),
      path,
      ...place === undefined ? [] : ["  ", yellow(`(${place})`)],
    );
  }
}
