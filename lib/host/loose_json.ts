/**
 * JSON as editors and agents allow it: with comments, and with commas too many.
 *
 * @module
 */

/** The value a text stands for. Throws a `SyntaxError`. */
export function parseLooseJson(text: string): unknown {
  const whole = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(whole);
  } catch {
    return JSON.parse(withoutLooseEnds(whole));
  }
}

/**
 * Text in quotes stays; comments go, and commas before a closing bracket. Character by character: a box may have made the text so that
 * a pattern takes for ever on it.
 */
function withoutLooseEnds(text: string): string {
  const parts: string[] = [];
  /** Where a comma is, after which nothing has come yet. */
  let comma: number | undefined;
  for (let at = 0; at < text.length;) {
    const end = endOfPart(text, at);
    const part = text.slice(at, end);
    const isComment = part.startsWith("//") || /^\/\*[^]*\*\/$/.test(part);
    if (part === "}" || part === "]") {
      if (comma !== undefined) parts[comma] = "";
    }
    if (!isComment && part.trim() !== "") comma = part === "," ? parts.length : undefined;
    parts.push(isComment ? " " : part);
    at = end;
  }
  return parts.join("");
}

/** Where what begins here ends: a text in quotes, a comment, or a single character. What is not ended goes on to the end. */
function endOfPart(text: string, at: number): number {
  const two = text.slice(at, at + 2);
  if (two === "//") {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  }
  if (two === "/*") {
    const end = text.indexOf("*/", at + 2);
    // One that is not ended is no JSON, nor is anything after it.
    return end < 0 ? text.length : end + 2;
  }
  if (text[at] !== '"') return at + 1;
  for (let to = at + 1; to < text.length; to++) {
    if (text[to] === "\\") to++;
    else if (text[to] === '"') return to + 1;
    else if (text[to] === "\n") return to;
  }
  return text.length;
}
