/**
 * Takes what looks like a secret out of text that comes in pieces. A name decides, or a form that only tokens have: this is a help
 * against showing one by mistake, no promise.
 *
 * Every repetition is bounded, and begins where a word does: a box that makes up text for these expressions must not take our time.
 *
 * @module
 */

/** Tokens by their form, as their makers document it. */
const TOKENS = [
  "sk-ant-[\\w-]{16,512}",
  "sk-[\\w-]{20,512}",
  "gh[pousr]_[A-Za-z0-9]{20,512}",
  "github_pat_\\w{20,512}",
  "glpat-[\\w-]{16,512}",
  "xox[abprs]-[\\w-]{10,512}",
  "AKIA[0-9A-Z]{16}",
  "AIza[\\w-]{30,512}",
  "npm_[A-Za-z0-9]{30,512}",
  "eyJ[\\w-]{8,2048}\\.eyJ[\\w-]{8,2048}\\.[\\w-]{8,2048}",
];
const NAMED =
  '(?<!\\w)(?:\\w{0,64}(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIALS?)\\w{0,64})(?:=|": ?"|: )';
const SECRET = new RegExp(
  `(${NAMED})([^\\s"'&;\\u001b]{6,})|(?<![\\w-])(?:${TOKENS.join("|")})`,
  "gi",
);
// deno-lint-ignore no-control-regex -- what begins a sequence ends a word
const SPACE = /[\s\u001b]/;
/** A word that is longer than that is passed on, whatever it becomes. */
const MAX_KEPT = 4096;

/**
 * How many characters at the end of a text could still become a secret: the last word, and a name before it. 0 where that is more
 * than anybody keeps.
 */
export function openLength(text: string): number {
  let at = wordStart(text, text.length);
  // A name and its value, between which there may be one space.
  if (text[at - 1] === " " && text[at - 2] === ":") at = wordStart(text, at - 2);
  // A sequence is not cut after what begins it.
  if (text[at - 1] === "\u001b") at--;
  return text.length - at > MAX_KEPT ? 0 : text.length - at;
}

/** Where the word begins that ends there. */
function wordStart(text: string, end: number): number {
  let at = end;
  while (at > 0 && end - at <= MAX_KEPT && !SPACE.test(text[at - 1]!)) at--;
  return at;
}

/** Text without what looks like a secret. */
export function redacted(text: string): string {
  return text.replace(SECRET, (_, name: string | undefined) => `${name ?? ""}[redacted]`);
}
