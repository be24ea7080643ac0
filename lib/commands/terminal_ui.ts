/**
 * The command line's own {@link Ui}: notes and questions on the terminal.
 *
 * @module
 */

import { progress } from "../host/ui/progress.ts";
import { note, success, warn } from "../host/ui/terminal.ts";
import type { Note, Ui } from "../spec/ui.ts";
import { NOTE_TEXT } from "./notes.ts";

/** Shows notes on stderr, progress as a live line, and asks on the terminal. */
export const terminalUi: Ui = {
  note: (one) => {
    const [first = "", ...details] = noteText(one).split("\n");
    const show = { info: note, success, warning: warn }[one.level];
    show(first);
    for (const detail of details) note(`  ${detail}`);
  },
  progress,
  confirm: async ({ text, details = [] }) => {
    for (const detail of details) note(detail);
    const { confirm } = await import("../host/ui/prompt.ts");
    return await confirm(text);
  },
};

/** The words of a note. */
export function noteText(note: Note): string {
  return (NOTE_TEXT[note.code] as (values: Note["values"]) => string)(note.values);
}
