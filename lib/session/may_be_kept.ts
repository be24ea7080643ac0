/**
 * Whether a word may be the name of a box that a command has left. Apart from all else that is known of these, as every start asks.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { exists } from "../host/path.ts";

/** The record of a kept box. */
export function keptRecord(host: Host, name: string): string {
  return `${host.dirs.data}/kept/${name}.json`;
}

/** One look at one file. */
export function mayBeKept(host: Host, word: string): boolean {
  return !/[/\n]/.test(word) && word !== "" && exists(keptRecord(host, word));
}
