/**
 * Reads the text or TOML value of one setting by its type; says what is allowed when it cannot.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { addressList } from "../host/ip_address.ts";
import { shellQuote } from "../host/ui/text.ts";
import { portProblem, portsProblem } from "./port.ts";
import type { ConfigValue, ValueType } from "./settings/types.ts";

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
const SECONDS: readonly (readonly [unit: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];
const MOST_SECONDS = 365 * 86_400;

/** What a value is read for. */
export interface Typed {
  readonly name: string;
  readonly type: ValueType<unknown>;
}

/** Reads a value. Throws `bad-value`, naming the setting, the value and what is allowed. */
export function parseValue(key: Typed, raw: unknown): ConfigValue {
  const value = read(key.type, raw);
  if (value !== undefined) return value;
  throw new KanibakoError("bad-value", `Cannot set ${key.name} to ${quote(raw)}.`, {
    hint: [...whyNot(key.type, raw), `Use ${allowed(key.type)}.`],
  });
}

/** What in particular is wrong, where more can be said than what is allowed. */
function whyNot(type: ValueType<unknown>, raw: unknown): readonly string[] {
  const words = type.of?.kind === "port" ? wordsOf(raw) : undefined;
  const problem = words?.every(isScalar) && portsProblem(words.map(String));
  return problem ? [`Reason: ${problem}.`] : [];
}

/** A value as it stands in a file: the form {@link parseValue} reads back to the same value. */
export function storedForm({ type }: Typed, value: ConfigValue): ConfigValue {
  if (isLimit(type) && value === 0) return "none";
  return type.kind === "duration" ? durationText(Number(value)) : value;
}

/** Seconds with the greatest unit that says them exactly. */
export function durationText(seconds: number): string {
  const [unit, factor] = SECONDS.find(([, factor]) => seconds % factor === 0) ?? ["s", 1];
  return `${seconds / factor}${unit}`;
}

/** Whether it is a limit that can be lifted: 0 means that there is none. */
export function isLimit(type: ValueType<unknown>): boolean {
  return type.kind === "bytes" || type.kind === "cpus" || type.kind === "duration";
}

function quote(raw: unknown): string {
  if (Array.isArray(raw) && raw.every(isScalar)) return JSON.stringify(raw);
  return typeof raw === "string" ? JSON.stringify(raw) : typeof raw === "object" ? "a table" : String(raw);
}

function read(type: ValueType<unknown>, raw: unknown): ConfigValue | undefined {
  switch (type.kind) {
    case "boolean":
      return boolean(raw);
    case "auth":
      return raw === "shared" ? true : raw === "distinct" ? false : raw === "guarded" ? raw : boolean(raw);
    case "choice":
      return typeof raw === "string" ? chosen(type, raw) : undefined;
    case "bytes":
      return bytes(raw, leastBytes(type));
    case "cpus":
      return cpus(raw);
    case "duration":
      return duration(raw);
    case "integer":
      return integer(raw, ...rangeOf(type));
    case "rig":
      return matching(raw, /^[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,254}$/);
    case "id":
      return matching(raw, /^([a-z0-9][a-z0-9_-]{0,62})?$/);
    case "folder":
      return matching(raw, /^\/[^\0\n]*$/);
    case "expression":
      return matching(raw, /^[^\0\n]+$/);
    case "text":
      return typeof raw === "number" ? String(raw) : matching(raw, /^[^\0]*$/);
    // What they mean is judged where they are set and where they are used.
    case "bind":
    case "cache":
    case "variable":
    case "scalar":
      return isScalar(raw) ? String(raw) : undefined;
    case "addresses":
      return typeof raw === "string" ? addressList(raw)?.join(" ") : undefined;
    case "port":
      return isScalar(raw) && portProblem(String(raw)) === undefined ? String(raw) : undefined;
    case "list":
      return several(type.of!, raw);
  }
}

/** What is allowed, in words. Apart from reading, which every launch does for values that are nearly always good. */
function allowed(type: ValueType<unknown>): string {
  switch (type.kind) {
    case "boolean":
      return "true or false";
    case "auth":
      return "shared, distinct or guarded";
    case "choice":
      return listed(type.choices ?? []);
    case "bytes":
      return type.range
        ? `a size of at least ${Math.ceil(leastBytes(type) / 1024)}k, such as 512k or 20m, or none`
        : "a size of at least 6m, such as 512m or 2g, or none";
    case "cpus":
      return "a number of processors, such as 2 or 1.5, or none";
    case "duration":
      return "a time from 1s to 365d, such as 90s, 30m, 8h or 2d, or none";
    case "integer":
      return `a whole number from ${rangeOf(type).join(" to ")}`;
    case "rig":
      return "a rig's name or an image reference";
    case "id":
      return "an agent's id, such as claude, or nothing";
    case "folder":
      return "an absolute path";
    case "expression":
      return "a path; ~, $XDG_DATA_HOME and @system.path.data may be used in it";
    case "text":
      return "text";
    case "bind":
    case "cache":
    case "variable":
    case "scalar":
      return "text in quotes";
    case "addresses":
      return "IP addresses, such as 10.0.0.5 or fd00::5, or nothing to go without them";
    case "port":
      return "[HOST:]PORT[:BOXPORT], such as 3000, 8080:80 or 192.168.1.5:8080:80";
    case "list":
      return `a list, each of it ${allowed(type.of!)}`;
  }
}

function chosen({ choices, older }: ValueType<unknown>, word: string): string | undefined {
  if (choices?.includes(word)) return word;
  return older && Object.hasOwn(older, word) ? older[word] : undefined;
}

function rangeOf(type: ValueType<unknown>): readonly [least: number, most: number] {
  return type.range ?? [0, Number.MAX_SAFE_INTEGER];
}

/** All values of a list, or none. A text is several words. */
function several(of: ValueType<string>, raw: unknown): readonly string[] | undefined {
  const values = wordsOf(raw)?.map((word) => read(of, word));
  if (!values?.every((value) => typeof value === "string")) return undefined;
  return of.kind === "port" && portsProblem(values) !== undefined ? undefined : values;
}

function wordsOf(raw: unknown): readonly unknown[] | undefined {
  if (typeof raw === "string") return raw.split(/[\s,]+/).filter((word) => word !== "");
  return Array.isArray(raw) ? raw : undefined;
}

function isScalar(raw: unknown): raw is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof raw);
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

function leastBytes(type: ValueType<unknown>): number {
  return type.range?.[0] ?? LEAST_MEMORY;
}

function bytes(raw: unknown, least: number): number | undefined {
  if (raw === "none" || raw === "unlimited") return 0;
  const match = /^(\d+(?:\.\d+)?)([bkmgt]?)(?:i?b)?$/.exec(String(raw).trim().toLowerCase());
  if (!match || (typeof raw !== "string" && typeof raw !== "number")) return undefined;
  const value = Math.floor(Number(match[1]) * UNITS[match[2]!]!);
  return value >= least && Number.isSafeInteger(value) ? value : undefined;
}

function cpus(raw: unknown): number | undefined {
  if (raw === "none" || raw === "unlimited") return 0;
  if (typeof raw !== "number" && !(typeof raw === "string" && /^\d+(\.\d+)?$/.test(raw))) return undefined;
  const value = Number(raw);
  return value >= 0.01 && value <= MOST_CPUS ? value : undefined;
}

/** A unit is needed: nobody would agree on what 30 is. */
function duration(raw: unknown): number | undefined {
  if (raw === "none" || raw === "unlimited") return 0;
  const [, number, unit] = typeof raw === "string"
    ? /^(\d{1,9}(?:\.\d{1,3})?)([smhd])$/.exec(raw.trim()) ?? []
    : [];
  const seconds = Math.round(Number(number) * (SECONDS.find(([name]) => name === unit)?.[1] ?? NaN));
  return seconds >= 1 && seconds <= MOST_SECONDS ? seconds : undefined;
}

function integer(raw: unknown, least: number, most: number): number | undefined {
  if (typeof raw !== "number" && !(typeof raw === "string" && /^-?\d{1,15}$/.test(raw))) return undefined;
  const value = Number(raw);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}
