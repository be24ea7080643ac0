/**
 * What `-v` shows: one line an event, on stderr.
 *
 * @module
 */

import { escapeControl } from "./ui/text.ts";

let verbose = false;

/** Turns the detail of `-v` on or off. */
export function setVerbose(on: boolean): void {
  verbose = on;
}

/** Tells what is being done, when `-v` was given. The text is only made then. */
export function debug(message: () => string): void {
  if (verbose) console.error(`kanibako: ${escapeControl(message())}`);
}
