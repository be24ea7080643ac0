/**
 * Options and words that the commands of helpers share.
 *
 * @module
 */

import { text, word } from "../../command.ts";

/** Whose helpers are meant, on the host. */
export interface WhoseFlags {
  readonly project?: string;
}

/** `--project`. */
export const project = text(
  "DIR",
  "On the host: name or folder of a project [default: this folder]",
  "project",
);

/** A helper. */
export const helperWord = word("helper", "Number or name of a helper", "helper");
