/**
 * Takes what looks like a secret out of text that comes in pieces. A name decides, or a form that only tokens have: this is a help
 * against showing one by mistake, no promise.
 *
 * @module
 */

/** Tokens by their form, as their makers document it. */
const TOKENS = [
  "sk-ant-[\\w-]{16,}",
  "sk-[A-Za-z0-9_-]{20,}",
  "gh[pousr]_[A-Za-z0-9]{20,}",
  "github_pat_\\w{20,}",
  "glpat-[\\w-]{16,}",
  "xox[abprs]-[\\w-]{10,}",
  "AKIA[0-9A-Z]{16}",
  "AIza[\\w-]{30,}",
  "npm_[A-Za-z0-9]{30,}",
  "eyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}\\.[\\w-]{8,}",
];
const NAMED =
  '\\b(?:[A-Za-z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIALS?)[A-Za-z0-9_]*)(?:=|": ?"|: )';
const SECRET = new RegExp(`(${NAMED})([^\\s"'&;\\u001b]{6,})|${TOKENS.join("|")}`, "gi");
/** What could still become a secret: the last word, and a name before it. */
// deno-lint-ignore no-control-regex
const OPEN = /[^\s\u001b]*(?:: ?)?[^\s\u001b]*$/;
/** A word that is longer than that is passed on, whatever it becomes. */
const MAX_KEPT = 4096;

/** The way through. */
export class Redaction {
  #kept = "";

  /** What can be shown of the text so far; the last word waits for what follows it. */
  pass(text: string): string {
    const all = this.#kept + text;
    const open = OPEN.exec(all)![0];
    const cut = open.length > MAX_KEPT ? all.length : all.length - open.length;
    this.#kept = all.slice(cut);
    return redacted(all.slice(0, cut));
  }

  /** The rest. */
  end(): string {
    const rest = redacted(this.#kept);
    this.#kept = "";
    return rest;
  }
}

/** Text without what looks like a secret. */
export function redacted(text: string): string {
  return text.replace(SECRET, (_, name: string | undefined) => `${name ?? ""}[redacted]`);
}
