/**
 * Reads the text or TOML value of one setting by its type; says what is allowed when it cannot.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { ConfigValue, Key } from "./keys.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};
// Engines refuse to start a container with less.
const LEAST_MEMORY = 6 * 2 ** 20;
const MOST_CPUS = 4096;

/** Reads a value. Throws `bad-value`, naming the setting, the value and what is allowed. */
export function parseValue(key: Key, raw: unknown): ConfigValue {
  const [value, allowed] = read(key, raw);
  if (value !== undefined) return value;
  throw new KanibakoError("bad-value", `Cannot set ${key.name} to ${quote(raw)}.`, {
    hint: `Use ${allowed}.`,
  });
}

/** A value as it stands in a file: the form {@link parseValue} reads back to the same value. */
export function storedForm(key: Key, value: ConfigValue): ConfigValue {
  return (key.type === "bytes" || key.type === "cpus") && value === 0 ? "none" : value;
}

function quote(raw: unknown): string {
  return typeof raw === "string" ? JSON.stringify(raw) : typeof raw === "object" ? "a table" : String(raw);
}

/** The value (or `undefined`) and, in words, what would have been allowed. */
function read(key: Key, raw: unknown): [ConfigValue | undefined, string] {
  switch (key.type) {
    case "boolean":
      return [boolean(raw), "true or false"];
    case "auth":
      return [raw === "shared" ? true : raw === "distinct" ? false : boolean(raw), "shared or distinct"];
    case "choice":
      return [
        typeof raw === "string" && key.choices?.includes(raw) ? raw : undefined,
        listed(key.choices ?? []),
      ];
    case "bytes":
      return [bytes(raw), "a size of at least 6m, such as 512m or 2g, or none"];
    case "cpus":
      return [cpus(raw), "a number of processors, such as 2 or 1.5, or none"];
    case "integer": {
      const [least, most] = key.range ?? [0, Number.MAX_SAFE_INTEGER];
      return [integer(raw, least, most), `a whole number from ${least} to ${most}`];
    }
    case "rig":
      return [matching(raw, /^[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,254}$/), "a rig's name or an image reference"];
    case "id":
      return [matching(raw, /^([a-z0-9][a-z0-9_-]{0,62})?$/), "an agent's id, such as claude, or nothing"];
    case "folder":
      return [matching(raw, /^\/[^\0\n]*$/), "an absolute path"];
    case "expression":
      return [
        matching(raw, /^[^\0\n]+$/),
        "a path; ~, $XDG_DATA_HOME and @system.path.data may be used in it",
      ];
    case "text":
      return [typeof raw === "number" ? String(raw) : matching(raw, /^[^\0]*$/), "text"];
  }
}

function listed(choices: readonly string[]): string {
  const words = choices.map((choice) => choice === "" ? "nothing" : shellQuote(choice));
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function matching(raw: unknown, pattern: RegExp): string | undefined {
  return typeof raw === "string" && pattern.test(raw) ? raw : undefined;
}

function boolean(raw: unknown): boolean | undefined {
  if (typeof raw === "boolean") return raw;
  if (typeof raw !== "string") return undefined;
  const word = raw.toLowerCase();
  if (["true", "yes", "on", "1"].includes(word)) return true;
  if (["false", "no", "off", "0"].includes(word)) return false;
  return undefined;
}

function bytes(raw: unknown): number | undefined {
  if (raw === "none" || raw === "unlimited") return 0;
  const match = /^(\d+(?:\.\d+)?)([bkmgt]?)(?:i?b)?$/.exec(String(raw).trim().toLowerCase());
  if (!match || (typeof raw !== "string" && typeof raw !== "number")) return undefined;
  const value = Math.floor(Number(match[1]) * UNITS[match[2]!]!);
  return value >= LEAST_MEMORY && Number.isSafeInteger(value) ? value : undefined;
}

function cpus(raw: unknown): number | undefined {
  if (raw === "none" || raw === "unlimited") return 0;
  if (typeof raw !== "number" && !(typeof raw === "string" && /^\d+(\.\d+)?$/.test(raw))) return undefined;
  const value = Number(raw);
  return value >= 0.01 && value <= MOST_CPUS ? value : undefined;
}

function integer(raw: unknown, least: number, most: number): number | undefined {
  if (typeof raw !== "number" && !(typeof raw === "string" && /^\d{1,15}$/.test(raw))) return undefined;
  const value = Number(raw);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}
