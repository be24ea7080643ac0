/**
 * The words of every note.
 *
 * @module
 */

import type { Notes } from "../spec/notes.ts";

/** The text of a note; further lines are details, shown indented. */
export const NOTE_TEXT: { readonly [C in keyof Notes]: (values: Notes[C]) => string } = {
  "config-moved": ({ from, to }) => `Moved ${from} to ${to}`,
};
