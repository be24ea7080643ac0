/**
 * The lines of a report of what a session left that the user's machine will run.
 *
 * @module
 */

import { count, shellQuote } from "../host/ui/text.ts";
import type { Notes, ReportLine } from "../spec/notes.ts";

/** As many lines a brief report has. */
const BRIEF_LINES = 8;
/** As many names of what changed in a file are shown. */
const SHOWN_KEYS = 3;
/** As many characters of a name or target. */
const SHOWN_TEXT = 120;

const CHANGES: Readonly<Record<ReportLine["change"], string>> = {
  new: "new",
  changed: "changed",
  removed: "removed",
  executable: "can be executed now",
};

/** The words of the note. */
export function reportNote(
  { name, findings, bounds, sinceMs, since, late, full }: Notes["report"],
): readonly string[] {
  const shown = full || findings.length <= BRIEF_LINES ? findings.length : BRIEF_LINES - 1;
  const more = findings.length - shown;
  const total = findings.reduce((sum, one) => sum + (one.count ?? 1), 0);
  const what = total === 0
    ? "Not everything was looked at"
    : `${count(total, "change")} to what your machine runs`;
  const start = since === "start" ? "the session of" : "you left the session at";
  const from = late ? `, since ${start} ${timeOf(sinceMs)}` : "";
  const command = `kanibako box report${more === 0 ? " --diff" : ""} ${shellQuote(name)}`;
  return [
    `${what} in ${name}${from}:`,
    ...findings.slice(0, shown).map(reportLine),
    ...bounds.length === 0 ? [] : [boundsLine(bounds)],
    more === 0 ? `For details: ${command}` : `and ${more} more: ${command}`,
  ];
}

/** One line: what, what happened to it, and what that means. */
export function reportLine({ path, change, effect, keys, target, count: number }: ReportLine): string {
  if (number !== undefined) {
    return `${shownPath(path === "" ? "." : path)}/ ${number} ${CHANGES[change]}: each ${effect}`;
  }
  const leads = target === undefined ? "" : `, a link to ${shownPath(target)}`;
  const inside = keys.length === 0 ? "" : ` (${shownKeys(keys)})`;
  return change === "removed"
    ? `${shownPath(path)} removed: it ${pastOf(effect)}`
    : `${shownPath(path)} ${CHANGES[change]}${leads}${inside}: ${effect}`;
}

/** What was not looked at. */
export function boundsLine(bounds: readonly string[]): string {
  const names = bounds.slice(0, SHOWN_KEYS).map((folder) => shownPath(folder === "" ? "." : folder));
  const more = bounds.length > SHOWN_KEYS ? ` and ${bounds.length - SHOWN_KEYS} more folders` : "";
  return `There is more than was looked at in ${names.join(", ")}${more}`;
}

/** A path as the user can type it. A byte that is not UTF-8 is shown as its number. */
function shownPath(path: string): string {
  const text = path.replace(
    /(?<![\ud800-\udbff])[\udc80-\udcff]/g,
    (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`,
  );
  return shellQuote(shortened(text));
}

function shownKeys(keys: readonly string[]): string {
  const more = keys.length > SHOWN_KEYS ? ` and ${keys.length - SHOWN_KEYS} more` : "";
  return `${keys.slice(0, SHOWN_KEYS).map(shortened).join(", ")}${more}`;
}

function shortened(text: string): string {
  return text.length <= SHOWN_TEXT
    ? text
    : `${text.slice(0, SHOWN_TEXT / 2)}...${text.slice(-SHOWN_TEXT / 2)}`;
}

const PAST: Readonly<Record<string, string>> = { runs: "ran", is: "was", makes: "made", lets: "let" };

function pastOf(effect: string): string {
  const [verb = "", ...rest] = effect.split(" ");
  return [PAST[verb] ?? `${verb.replace(/e?s$/, "")}ed`, ...rest].join(" ");
}

/** The time of day, with the day where that was another. */
export function timeOf(ms: number, now: number = Date.now()): string {
  const date = new Date(ms);
  const two = (number: number) => String(number).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}
