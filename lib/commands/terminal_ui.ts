/**
 * The command line's own {@link Ui}: notes and questions on the terminal.
 *
 * @module
 */

import { Aborted } from "../host/error.ts";
import { progress } from "../host/ui/progress.ts";
import { isInteractive, note, showError, success, warn, writeError } from "../host/ui/terminal.ts";
import type { Note, Ui } from "../spec/ui.ts";
import { NOTE_TEXT } from "./notes.ts";

/** Shows notes on stderr, progress as a live line, and asks on the terminal. */
export const terminalUi: Ui = {
  get attended() {
    return Deno.stdin.isTerminal() && isInteractive();
  },
  note: (one) => {
    if (one.code === "failed") return void showError(one.values.error);
    // What a program showed is shown as it was, line by line.
    if (one.code === "last-screen") return writeError(`${one.values.text}\n`);
    const [first = "", ...details] = noteLines(one);
    const show = { info: note, success, warning: warn, error: warn }[one.level];
    show(first);
    for (const detail of details) note(`  ${detail}`);
  },
  progress,
  confirm: async ({ text, details = [], careful = false }) => {
    const { confirm, confirmYes } = await import("../host/ui/prompt.ts");
    if (careful) return await confirmYes(text, ...details);
    for (const detail of details) note(detail);
    return await confirm(text);
  },
  acknowledge: async () => {
    if (!terminalUi.attended) return;
    const { acknowledge } = await import("../host/ui/prompt.ts");
    if (!await acknowledge()) throw new Aborted();
  },
  choose: async ({ text, answers }) => {
    if (!terminalUi.attended) return answers[0]?.[0];
    const { choose } = await import("../host/ui/prompt.ts");
    return await choose(text, answers);
  },
};

/** The words of a note, a line each. */
export function noteLines(note: Note): readonly string[] {
  if (note.code === "failed") return [note.values.error instanceof Error ? note.values.error.message : ""];
  const text = (NOTE_TEXT[note.code] as (values: Note["values"]) => string | readonly string[])(note.values);
  return typeof text === "string" ? [text] : text;
}
