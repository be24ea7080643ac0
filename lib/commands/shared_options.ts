/**
 * Options and arguments that many commands share, worded once.
 *
 * @module
 */

import { RUNTIME_KINDS } from "../runtime/kinds.ts";
import { choice, optionalWord, text, toggle } from "./command.ts";

/** `--json`. */
export const json = toggle("Print JSON");

/** `--plan` of commands that change something. */
export const plan = toggle("Show what would be done, and do nothing");

/** `--force` that answers questions only. */
export const force = toggle("Do not ask for confirmation");

/** `--force` that also stops what is in the way. */
export const forceAndStop = toggle("Do not ask for confirmation, and stop the box if it is running");

/** `--quiet` of lists. */
export const namesOnly = toggle("Print names only, one per line");

/** `--engine`. */
export const engine = choice(RUNTIME_KINDS, "Use this container engine");

/** The project a command is for, as its first argument. */
export const project = optionalWord(
  "project",
  "Name or folder of a project [default: this folder]",
  "project",
);

/** The same as an option, where the arguments are something else. */
export const projectFlag = text("DIR", "Name or folder of a project [default: this folder]", "project");
