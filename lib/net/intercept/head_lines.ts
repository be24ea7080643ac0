/**
 * The lines of a head of HTTP/1.1, and the fields in them.
 *
 * @module
 */

import type { Source } from "./source.ts";

/** A field, its name as it was written. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** A message that no reader may be given. `status`: what is answered. */
export class BadMessage extends Error {
  readonly status: number;

  constructor(why: string, status = 400) {
    super(why);
    this.status = status;
  }
}

const MAX_LINE = 32 * 1024;
const MAX_HEAD = 64 * 1024;
const MAX_FIELDS = 200;
/** A method, or the name of a field. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable characters and those beyond ASCII. */
export const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The lines of a head, the empty one at its end left out; `undefined`: none follows. Throws {@link BadMessage}. */
export async function headLines(source: Source): Promise<readonly string[] | undefined> {
  const lines: string[] = [];
  let length = 0;
  for (;;) {
    let line: string | undefined;
    try {
      line = await source.line(MAX_LINE);
    } catch (error) {
      throw new BadMessage((error as Error).message);
    }
    if (line === undefined) {
      if (lines.length === 0) return undefined;
      throw new BadMessage("it ends within its head");
    }
    if (line === "") {
      if (lines.length === 0) throw new BadMessage("it begins with an empty line");
      return lines;
    }
    length += line.length;
    if (length > MAX_HEAD || lines.length > MAX_FIELDS) throw new BadMessage("its head is too long", 431);
    lines.push(line);
  }
}

/** The field in a line. Throws {@link BadMessage} for one that is none. */
export function fieldOf(line: string): Field {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon);
  if (colon < 0 || !TOKEN.test(name)) throw new BadMessage("it has a field without a name");
  const value = trimmed(line.slice(colon + 1));
  if (!VALUE.test(value)) throw new BadMessage(`its field ${name} has control characters`);
  return { name, value };
}

/** Without the spaces and tabs around it. An expression that looks for those at the end takes long where many are within. */
function trimmed(text: string): string {
  const isSpace = (at: number) => text[at] === " " || text[at] === "\t";
  let [start, end] = [0, text.length];
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return text.slice(start, end);
}
