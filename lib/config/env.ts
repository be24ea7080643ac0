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
/** The one variable of our own that is the user's to set: his prompt. */
const USERS_OWN = "KANIBAKO_PS1";

/** Whether a text can be a variable's name. */
export function isEnvName(name: string): boolean {
  // The one name that would change a JavaScript object instead of being kept in it.
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__";
}

/** Whether this program alone sets the variable, so that a box can trust it. */
export function isControlVariable(name: string): boolean {
  return name.toUpperCase().startsWith("KANIBAKO_") && name !== USERS_OWN;
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
    if (!isEnvName(name)) {
      throw new UsageError(`Cannot use -e ${shellQuote(name)}=...: this is not a variable's name.`, {
        hint: "A name is letters, digits and _, and does not start with a digit.",
      });
    }
    if (word.includes("\0")) throw new UsageError(`Cannot use -e ${name}=...: it holds a NUL character.`);
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
}

/** Lays the layers over each other, the last one winning. Throws where a layer sets a variable of ours. */
export function accumulateEnv(layers: readonly EnvLayer[]): Record<string, EnvEntry> {
  const result: Record<string, EnvEntry> = {};
  for (const { entries, from, file } of layers) {
    for (const [name, value] of Object.entries(entries)) {
      if (!isEnvName(name)) throw refused(name, "this is not a variable's name", file);
      if (value.includes("\0")) throw refused(name, "its value holds a NUL character", file);
      if (isControlVariable(name)) throw refused(name, "kanibako alone sets KANIBAKO_ variables", file);
      result[name] = { value, secret: isSecretName(name), from };
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
