/**
 * Everything the program says. Results go to stdout, all else to stderr. Plain strings are always escaped, so text that
 * came from outside cannot steer the terminal; colour exists only as {@link Styled} parts.
 *
 * @module
 */

import { Aborted, KanibakoError } from "../error.ts";
import { lineEnd } from "../line_end.ts";
import { escapeControl, escapeControlKeepLines, escapeInJson } from "./text.ts";
import { displayWidth, padTo } from "./width.ts";
import { type Taker, writeAll } from "../write_all.ts";

/** A piece of text with a style, such as {@link bold} makes. */
export class Styled {
  constructor(readonly text: string, readonly style: keyof typeof CODES) {}
}

/** A piece of output: plain text, escaped when printed, or styled text. */
export type Part = string | Styled;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Bold text. */
export const bold = (text: string): Styled => new Styled(text, "bold");
/** Faint text. */
export const dim = (text: string): Styled => new Styled(text, "dim");
/** Red text. */
export const red = (text: string): Styled => new Styled(text, "red");
/** Green text. */
export const green = (text: string): Styled => new Styled(text, "green");
/** Yellow text. */
export const yellow = (text: string): Styled => new Styled(text, "yellow");
/** Cyan text. */
export const cyan = (text: string): Styled => new Styled(text, "cyan");

/** Where output goes, and whether it may be coloured. Replaced in tests. */
export interface Sink {
  readonly terminal: boolean;
  readonly colour: boolean;
  write(text: string): void;
}

/** The two standard streams. */
export interface Sinks {
  stdout: Sink;
  stderr: Sink;
}

function streamSink(stream: typeof Deno.stdout | typeof Deno.stderr): Sink {
  const terminal = stream.isTerminal();
  return {
    terminal,
    colour: terminal && !Deno.env.get("NO_COLOR") && Deno.env.get("TERM") !== "dumb",
    write: (text) => writeText(stream, text, stream === Deno.stderr),
  };
}

let sinks: Partial<Sinks> = {};

function sink(name: keyof Sinks): Sink {
  return sinks[name] ??= streamSink(Deno[name]);
}

/** Sends output elsewhere until the returned function is called. For tests and embedding. */
export function redirectOutput(to: Sinks): () => void {
  const before = sinks;
  sinks = to;
  return () => {
    sinks = before;
  };
}

/** Text on stderr as it is, without a line's end. `raw` text is not escaped: only for what this program made itself. */
export function writeError(text: string, raw = false): void {
  sink("stderr").write(raw ? text : escapeControlKeepLines(text));
}

/** Whether stderr is a terminal, so that a live line makes sense. */
export function isInteractive(): boolean {
  return sink("stderr").terminal;
}

/** Whether stderr shows colours. */
export function hasColour(): boolean {
  return sink("stderr").colour;
}

function writeText(stream: Taker, text: string, isError: boolean): void {
  try {
    writeAll(stream, new TextEncoder().encode(text));
  } catch (error) {
    // The reader has gone (`kanibako list | head -1`): end as a program that minds SIGPIPE does.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(141);
    // There is nowhere to say that.
    if (isError) return;
    const full = error instanceof Error && error.message.includes("(os error 28)");
    const reason = full ? "no space left on device" : error instanceof Error ? error.message : String(error);
    throw new KanibakoError("cannot-write", `Cannot write the output: ${reason}`, { cause: error });
  }
}

/** Parts as text for a stream: escaped (line feeds too), coloured where the stream has colour. */
export function render(parts: readonly Part[], colour: boolean): string {
  return parts.map((part) => {
    if (!(part instanceof Styled)) return escapeControl(part);
    const text = escapeControl(part.text);
    return colour && text !== "" ? `\x1b[${CODES[part.style]}m${text}\x1b[0m` : text;
  }).join("");
}

function textOf(part: Part): string {
  return part instanceof Styled ? part.text : part;
}

function line(name: keyof Sinks, parts: readonly Part[]): void {
  const to = sink(name);
  to.write(render(parts, to.colour) + lineEnd(to.terminal));
}

/** A result line, on stdout. */
export function out(...parts: readonly Part[]): void {
  line("stdout", parts);
}

/** Takes away what stdout shows, where that is a terminal: what follows begins at its top. False elsewhere. */
export function clearScreen(): boolean {
  const to = sink("stdout");
  if (to.terminal) to.write("\x1b[H\x1b[2J");
  return to.terminal;
}

/** Text of several lines on stdout, such as help. Ends with a line feed of its own. */
export function outText(text: string): void {
  sink("stdout").write(escapeControlKeepLines(text));
}

/** A line about what is going on, on stderr. */
export function note(...parts: readonly Part[]): void {
  line("stderr", parts);
}

/** A line about something that went well, on stderr. */
export function success(...parts: readonly Part[]): void {
  line("stderr", sink("stderr").colour ? [green("✓ "), ...parts] : parts);
}

/** Something the user should know although the program goes on, on stderr. */
export function warn(...parts: readonly Part[]): void {
  line("stderr", [yellow("Warning:"), " ", ...parts]);
}

/** A value for other programs, on stdout. */
export function json(value: unknown): void {
  const text = escapeInJson(JSON.stringify(value, null, 2));
  sink("stdout").write(text + "\n");
}

/** How a table looks. */
export interface TableOptions {
  /** Columns of space before each line. */
  readonly indent?: number;
  /** Least widths of the columns. */
  readonly minimum?: readonly number[];
}

/** A table on stdout. Nothing, header included, is printed when there is no row. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Part[])[],
  options: TableOptions = {},
): void {
  if (rows.length === 0) return;
  const widthOf = (part: Part) => displayWidth(escapeControl(textOf(part)));
  const sizes = rows.map((row) => header.map((_, column) => widthOf(row[column] ?? "")));
  const widths = header.map((title, column) =>
    sizes.reduce(
      (most, row) => Math.max(most, row[column]!),
      Math.max(displayWidth(title), options.minimum?.[column] ?? 0),
    )
  );
  const to = sink("stdout");
  const show = (cells: readonly Part[], size: readonly number[]) => {
    const parts: Part[] = [" ".repeat(options.indent ?? 0)];
    cells.forEach((cell, column) => {
      parts.push(cell);
      if (column < cells.length - 1) parts.push(" ".repeat((widths[column] ?? 0) - (size[column] ?? 0) + 2));
    });
    return render(parts, to.colour) + "\n";
  };
  // In one piece: a write for each of hundreds of lines takes longer than making them.
  to.write(
    [show(header.map(bold), header.map(displayWidth)), ...rows.map((row, at) => show(row, sizes[at]!))].join(
      "",
    ),
  );
}

/** Aligned `Label:  value` rows on stdout. */
export function fields(rows: readonly (readonly [label: string, value: Part])[]): void {
  const width = Math.max(...rows.map(([label]) => displayWidth(label))) + 1;
  for (const [label, value] of rows) {
    line("stdout", ["  ", padTo(`${label}:`, width), "  ", value]);
  }
}

/** The outcome of one check: good, needs attention, or not applicable. */
export type CheckMark = "ok" | "!!" | "--";

/** One line of a diagnosis, on stdout. */
export function check(mark: CheckMark, label: string, detail: string): void {
  const styled = mark === "ok" ? green(mark) : mark === "!!" ? red(mark) : dim(mark);
  line("stdout", ["[", styled, "] ", `${label}: `, detail]);
}

/** Shows an error: one place for all. Returns the exit code that goes with it. */
export function showError(error: unknown, verbose = false): number {
  if (error instanceof Aborted) {
    line("stdout", [error.message]);
    return error.exitCode;
  }
  if (error instanceof KanibakoError) {
    line("stderr", [red("Error:"), " ", error.message]);
    if (error.output?.trim()) showOutput(error.output);
    for (const hint of error.hints) line("stderr", ["  ", dim("→ "), hint]);
    if (verbose) showCause(error);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  line("stderr", [red("Error:"), " ", `Unexpected failure: ${message.split("\n")[0]}`]);
  if (verbose) showCause(error);
  else {line("stderr", [
      "  ",
      dim("→ "),
      "This is a bug in kanibako. Run it again with -v for details, and please report it.",
    ]);}
  return 1;
}

/** Of the options of a mount, which an engine repeats, nobody reads more. */
const LONG_LINE = 600;

/** The end of what a failed program said, set off from our own words. */
function showOutput(output: string): void {
  const lines = output.trimEnd().split("\n");
  const shown = lines.slice(-20);
  if (shown.length < lines.length) line("stderr", [dim(`  | (${lines.length - shown.length} more lines)`)]);
  for (const text of shown) line("stderr", [dim("  | "), shortened(text.replace(/\r$/, ""))]);
}

/** Of a long line the beginning, and the end, where the reason stands. */
function shortened(text: string): string {
  if (text.length <= LONG_LINE) return text;
  return `${text.slice(0, LONG_LINE / 2)} [...] ${text.slice(-LONG_LINE / 2)}`;
}

function showCause(error: unknown): void {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    for (const text of (cause.stack ?? `${cause.name}: ${cause.message}`).split("\n")) {
      line("stderr", [dim(text)]);
    }
  }
}
