/**
 * The rules for variables of the box's environment: their names, which are ours alone, which are secret.
 *
 * @module
 */

import type { EnvEntry } from "../spec/box_spec.ts";
import type { Source } from "../spec/source.ts";
import { KanibakoError, UsageError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";

const SECRET =
  /(TOKEN|SECRET|PASSW(OR)?D|PASSPHRASE|CREDENTIAL|COOKIE|PRIVATE|OAUTH|API_?KEY|ACCESS_?KEY|(^|_)(AUTH|KEY|PAT|PWD|PW|PASS|DSN)(_|$)|DATABASE_URL|CONNECTION_STRING)/i;
/** The one variable of our own that is the user's to set: the prompt. */
const USERS_OWN = "KANIBAKO_PS1";

/** Names that shells keep for themselves: setting one ends the script that does. `KANIBAKO_RUN` steers the box's script. */
const OF_SHELLS: ReadonlySet<string> = new Set([
  "BASHOPTS",
  "BASH_VERSINFO",
  "EUID",
  "IFS",
  "KANIBAKO_RUN",
  "PPID",
  "SHELLOPTS",
  "UID",
]);
/** What the box is, beside what begins with `KANIBAKO_`. */
const OF_BOXES: ReadonlySet<string> = new Set(["HOME", "USER", "TERM"]);

/** Whether a text can be a variable's name. */
export function isEnvName(name: string): boolean {
  // The one name that would change a JavaScript object instead of being kept in it.
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__";
}

/** Why a user cannot set a variable of that name, wherever it is asked for; a clause. `undefined`: it can be set. */
export function whyNotSettable(name: string): string | undefined {
  const isOwn = OF_BOXES.has(name) || (name.toUpperCase().startsWith("KANIBAKO_") && name !== USERS_OWN);
  // Of these the box's own come first: their reason says more.
  return isOwn && isEnvName(name) ? "the box itself sets it" : whyNotInShell(name);
}

/** Why a shell could not set it, whoever asks. */
function whyNotInShell(name: string): string | undefined {
  if (!isEnvName(name)) return "a name is letters, digits and _, and does not start with a digit";
  return OF_SHELLS.has(name) ? "the box's shell keeps that name for itself" : undefined;
}

/** Throws `bad-variable` for a variable of a command that a user cannot set. A value can contain anything but NUL. */
export function checkUsersVariable(name: string, value: string): void {
  check(name, value, whyNotSettable(name));
}

/** As {@link checkUsersVariable}, for what this program sets itself. */
export function checkVariable(name: string, value: string): void {
  check(name, value, whyNotInShell(name));
}

function check(name: string, value: string, whyNot: string | undefined): void {
  const why = whyNot ?? (value.includes("\0") ? "its value contains a NUL character" : undefined);
  if (why === undefined) return;
  throw new KanibakoError("bad-variable", `Cannot set the variable ${shellQuote(name)}: ${why}.`, {
    hint: "Leave it out.",
  });
}

/** Whether a variable's value must not be shown, judged by its name. */
export function isSecretName(name: string): boolean {
  return name !== "PWD" && name !== "OLDPWD" && SECRET.test(name);
}

/** Takes the `NAME=value` words of `-e` apart, the last of a name winning. Throws a usage error. */
export function parseEnvFlags(words: readonly string[]): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals < 0) {
      throw new UsageError(`Cannot use -e ${shellQuote(word)}: there is no value.`, {
        hint: isEnvName(word)
          ? `Write -e ${word}=VALUE; to pass your own value on, -e ${word}="$${word}".`
          : "Write -e NAME=VALUE.",
      });
    }
    const why = whyNotSettable(name) ?? (word.includes("\0") ? "it contains a NUL character" : undefined);
    if (why !== undefined) throw new UsageError(`Cannot use -e ${shellQuote(name)}=...: ${why}.`);
    entries[name] = word.slice(equals + 1);
  }
  return entries;
}

/** One layer of the environment. */
export interface EnvLayer {
  readonly entries: Readonly<Record<string, string>>;
  /** As the source of each. */
  readonly from: Source;
  /** The file it is from, for errors; `undefined` for the command line. */
  readonly file: string | undefined;
  /** In values, `${containerEnv:NAME}` stands for what the box has under that name. */
  readonly expands?: true;
}

/** Lays the layers over each other, the last one winning. Throws where a layer sets what cannot be set. */
export function accumulateEnv(layers: readonly EnvLayer[]): Record<string, EnvEntry> {
  const result: Record<string, EnvEntry> = {};
  for (const { entries, from, file, expands } of layers) {
    for (const [name, value] of Object.entries(entries)) {
      const why = whyNotSettable(name);
      if (why !== undefined) throw refused(name, why, file);
      if (value.includes("\0")) throw refused(name, "its value contains a NUL character", file);
      result[name] = { value, secret: isSecretName(name), from, ...(expands ? { expands } : {}) };
    }
  }
  return result;
}

function refused(name: string, why: string, file: string | undefined): KanibakoError {
  const text = `Cannot set the variable ${shellQuote(name)}: ${why}.`;
  return file === undefined
    ? new UsageError(text, { hint: "Leave it out of the -e flags." })
    : new KanibakoError("bad-env", text, { hint: `Take it out of ${shellQuote(file)}.` });
}

/** Whether a variable says how things look, and nothing else. */
export function isAboutLooks(name: string): boolean {
  return /^(COLORTERM|TERM|TZ|LANG|LANGUAGE|LC_[A-Z]+|EDITOR|VISUAL|PAGER)$/.test(name);
}
