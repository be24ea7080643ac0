/**
 * Changes one value inside an inline table, `a = { b = 1 }`, in the text of a TOML document.
 *
 * @module
 */

import { inlinePairs } from "./toml_text.ts";

/** Where an inline table stands: from its `{` to behind its `}`. */
export interface InlineTable {
  readonly start: number;
  readonly end: number;
}

/** The text with the value set, or taken out when it is `undefined`. `undefined`: it cannot be done here. */
export function editInline(
  text: string,
  { start, end }: InlineTable,
  path: readonly string[],
  value: string | undefined,
  quoted: (key: readonly string[]) => string,
): string | undefined {
  if (text[start] !== "{" || text[end - 1] !== "}") return undefined;
  const pairs = inlinePairs(text, start, end);
  const at = pairs.findIndex((pair) => pair.path.every((part, index) => part === path[index]));
  const pair = pairs[at];
  if (pair && pair.path.length < path.length) {
    const inner = { start: pair.valueStart, end: pair.valueEnd };
    return editInline(text, inner, path.slice(pair.path.length), value, quoted);
  }
  if (pair && value !== undefined) return text.slice(0, pair.valueStart) + value + text.slice(pair.valueEnd);
  if (pair) {
    // With the comma that follows; the last one with the comma before it.
    const next = pairs[at + 1];
    if (next) return text.slice(0, pair.start) + text.slice(next.start);
    return text.slice(0, pairs[at - 1]?.valueEnd ?? pair.start) + text.slice(pair.valueEnd);
  }
  if (value === undefined) return undefined;
  const last = pairs.at(-1);
  const added = `${quoted(path)} = ${value}`;
  return last
    ? `${text.slice(0, last.valueEnd)}, ${added}${text.slice(last.valueEnd)}`
    : `${text.slice(0, start)}{ ${added} }${text.slice(end)}`;
}
