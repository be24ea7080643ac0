/**
 * The words of every note.
 *
 * @module
 */

import type { Notes } from "../spec/notes.ts";

/** The text of a note. Of several lines, those after the first are details, shown indented. */
export const NOTE_TEXT: {
  readonly [C in Exclude<keyof Notes, "failed">]: (values: Notes[C]) => string | readonly string[];
} = {
  "config-moved": ({ from, to }) => `Moved ${from} to ${to}`,
  "moved": ({ from, to }) => `Moved ${from} to ${to}.`,
  "name-in-workset": ({ name, full }) =>
    `In this workset ${name} means ${full}. The other one: default/${name}`,
  "no-effect": ({ name, why }) => `${name} has no effect: ${why}.`,

  "vault-busy": () => "Waiting for another kanibako at work on this vault.",
  "vault-key-unusable": ({ file, reason }) => [
    `Cannot use ${file}: ${reason}`,
    "Until it can be used, all snapshots count as brought along, and new ones too.",
  ],
  "leftovers-stay": ({ message, more }) =>
    `${message}${
      more === 0 ? "" : `, and ${more} more`
    }. It takes room, and is of no use: kanibako box vault prune tries again.`,
  "restore-interrupted": ({ place }) =>
    `A restore was interrupted. What it had set aside is in ${place}: look at it, and remove it.`,
};
