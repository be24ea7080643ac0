/**
 * What a box may do to the terminal that shows it.
 *
 * @module
 */

import { BOX_LEVELS, setting } from "./declare.ts";
import { flag } from "./types.ts";

/** Settings of the terminal. */
export const TERMINAL_SETTINGS = {
  clipboard: setting({
    name: "terminal.clipboard",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    meaning: "Whether a box may write to your clipboard through your terminal. It can never read it.",
  }),
  title: setting({
    name: "terminal.title",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    meaning: "Whether a box may set the title of your terminal.",
  }),
};
