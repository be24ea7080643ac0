/**
 * Where what stands in the text of a TOML document, so that one value can be changed and every other character stays.
 *
 * The text must have been parsed before: what is no TOML is not noticed here.
 *
 * @module
 */

/** A line of a document that says something: a heading, or a key with its value. */
export interface Statement {
  readonly kind: "heading" | "array" | "pair";
  /** The whole path: of a pair, that of its heading and its own. */
  readonly path: readonly string[];
  /** How much of the path is the heading's. Of a heading: all. */
  readonly section: number;
  /** Whether it stands below an array of tables, where a path says nothing. */
  readonly repeated: boolean;
  /** From the start of its first line to the start of the line after it. */
  readonly start: number;
  readonly end: number;
  /** The value of a pair. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Whether a comment follows on its last line. */
  readonly commented: boolean;
}

/** All statements, in order. */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let heading: readonly string[] = [];
  let repeated = false;
  for (let at = 0; at < text.length;) {
    const start = at;
    at = skipBlank(text, at);
    const first = text[at];
    if (first === undefined || first === "#" || first === "\n" || first === "\r") {
      at = lineEnd(text, at);
      continue;
    }
    let kind: Statement["kind"] = "pair";
    if (first === "[") kind = text[at + 1] === "[" ? "array" : "heading";
    const [own, after] = keyPath(text, at + (kind === "array" ? 2 : kind === "heading" ? 1 : 0));
    const valueStart = kind === "pair" ? skipBlank(text, after + 1) : after;
    const valueEnd = kind === "pair" ? skipValue(text, valueStart) : after + (kind === "array" ? 2 : 1);
    const end = lineEnd(text, valueEnd);
    if (kind !== "pair") {
      heading = own;
      // A heading that goes on from an array's belongs to its last entry.
      repeated = kind === "array" ||
        found.some((one) => one.kind === "array" && one.path.every((part, i) => part === own[i]));
    }
    const path = kind === "pair" ? [...heading, ...own] : own;
    const commented = text[skipBlank(text, valueEnd)] === "#";
    found.push({
      kind,
      path,
      section: heading.length,
      repeated,
      start,
      end,
      valueStart,
      valueEnd,
      commented,
    });
    at = end;
  }
  return found;
}

function skipBlank(text: string, at: number): number {
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** The start of the next line. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** A dotted key, and where what follows it begins. */
function keyPath(text: string, at: number): [path: string[], after: number] {
  const path: string[] = [];
  for (;;) {
    at = skipBlank(text, at);
    const quote = text[at];
    if (quote === '"' || quote === "'") {
      const end = skipText(text, at);
      const inner = text.slice(at + 1, end - 1);
      path.push(quote === '"' ? unescape(inner) : inner);
      at = end;
    } else {
      const end = /[^A-Za-z0-9_-]|$/g;
      end.lastIndex = at;
      const after = end.exec(text)!.index;
      path.push(text.slice(at, after));
      at = after;
    }
    at = skipBlank(text, at);
    if (text[at] !== ".") return [path, at];
    at++;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\x1b" };

function unescape(text: string): string {
  return text.replace(
    /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs,
    (_, x?: string, u?: string, long?: string, one?: string) => {
      const code = x ?? u ?? long;
      return code === undefined ? ESCAPES[one!] ?? one! : String.fromCodePoint(parseInt(code, 16));
    },
  );
}

/** Past a text in quotes of any kind. */
function skipText(text: string, at: number): number {
  const quote = text[at]!;
  const long = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  at += long.length;
  while (at < text.length && !text.startsWith(long, at)) at += quote === '"' && text[at] === "\\" ? 2 : 1;
  at += long.length;
  // Two more quotes may belong to what is between three.
  while (long.length === 3 && text[at] === quote) at++;
  return at;
}

/** Past a value; what is after it on its line is blank or a comment. */
function skipValue(text: string, at: number): number {
  let depth = 0;
  let end = at;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"' || character === "'") end = at = skipText(text, at);
    else if (character === "#") {
      if (depth === 0) break;
      at = lineEnd(text, at);
    } else if (character === "\n" && depth === 0) break;
    else {
      if (character === "[" || character === "{") depth++;
      if (character === "]" || character === "}") depth--;
      at++;
      if (!/\s/.test(character)) end = at;
    }
  }
  return end;
}

/** One key of an inline table, with its value. */
export interface InlinePair {
  /** Relative to the table. */
  readonly path: readonly string[];
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The pairs of an inline table whose text, `{` to `}`, is at `start` to `end`. */
export function inlinePairs(text: string, start: number, end: number): InlinePair[] {
  const found: InlinePair[] = [];
  for (let at = skipSpace(text, start + 1); at < end - 1;) {
    const [path, after] = keyPath(text, at);
    const valueStart = skipSpace(text, after + 1);
    const valueEnd = skipInlineValue(text, valueStart);
    found.push({ path, start: at, valueStart, valueEnd });
    at = skipSpace(text, valueEnd);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return found;
}

/** Past blanks, line ends and comments. */
function skipSpace(text: string, at: number): number {
  for (;;) {
    const character = text[at];
    if (character === "#") at = lineEnd(text, at);
    else if (character !== undefined && /\s/.test(character)) at++;
    else return at;
  }
}

/** Past a value that a comma or the end of its table follows. */
function skipInlineValue(text: string, at: number): number {
  let depth = 0;
  let end = at;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"' || character === "'") end = at = skipText(text, at);
    else if (character === "#") at = lineEnd(text, at);
    else {
      if (depth === 0 && (character === "," || character === "}" || character === "]")) break;
      if (character === "[" || character === "{") depth++;
      if (character === "]" || character === "}") depth--;
      at++;
      if (!/\s/.test(character)) end = at;
    }
  }
  return end;
}
