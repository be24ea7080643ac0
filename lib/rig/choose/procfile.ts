/**
 * What a Procfile shows: the first of its programs that is in a family.
 *
 * @module
 */

import { type Family, familyOfCommand } from "./families.ts";

/** Most bytes of a Procfile that is read. */
export const MOST_PROCFILE_BYTES = 64 * 1024;

/** A family, and the line that shows it. */
export interface ProcfileMatch {
  readonly family: Family;
  /** The type of process, such as `web`. */
  readonly type: string;
  readonly command: string;
}

/** Finds the first line whose program is known. Comments, and lines without a command, are passed over. */
export function familyInProcfile(text: string): ProcfileMatch | undefined {
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon < 0 || line.trimStart().startsWith("#")) continue;
    const [command = ""] = line.slice(colon + 1).trim().split(/\s+/);
    const family = familyOfCommand(command);
    if (family) return { family, type: line.slice(0, colon).trim(), command };
  }
  return undefined;
}
