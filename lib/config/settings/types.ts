/**
 * What a setting's value can be. A type is data: the reader of files, the JSON Schema, the documents and the completions
 * each look at its `kind`. Its parameter is the TypeScript type that a launch sees.
 *
 * @module
 */

/** A setting's value, once read from a file or an option. Sizes are bytes, times are seconds; 0 means "no limit" where a limit can be lifted. */
export type ConfigValue = string | number | boolean | readonly string[];

/** The kinds of values; `value.ts` reads each. */
export type ValueKind =
  | "text"
  | "rig"
  | "id"
  | "boolean"
  | "auth"
  | "choice"
  | "bytes"
  | "cpus"
  | "integer"
  | "duration"
  | "expression"
  | "folder"
  | "bind"
  | "cache"
  | "variable"
  | "addresses"
  | "scalar"
  | "port"
  | "list";

/** The type of one value. */
export interface ValueType<T> {
  readonly kind: ValueKind;
  /** Allowed words of a `choice`. */
  readonly choices?: readonly string[];
  /** Words that only an option can give: weaker than what a file may ask for. */
  readonly perRun?: readonly string[];
  /** Words of earlier versions: read, and neither offered nor written. Each with what it means today. */
  readonly older?: Readonly<Record<string, string>>;
  /** The least and the greatest `integer`, or size in bytes. */
  readonly range?: readonly [least: number, most: number];
  /** What a `list` is made of. */
  readonly of?: ValueType<string>;
  /** Never there; carries the type. */
  readonly as?: T;
}

/** The type of a setting with entries of free names. */
export interface MapType<T> {
  readonly kind: "map";
  /** The type of an entry's value. */
  readonly of: ValueType<T>;
}

/** Any text without NUL. */
export const text: ValueType<string> = { kind: "text" };
/** A rig's short name or an image reference. */
export const rig: ValueType<string> = { kind: "rig" };
/** An agent's id; may be empty. */
export const agentId: ValueType<string> = { kind: "id" };
/** True or false. */
export const flag: ValueType<boolean> = { kind: "boolean" };
/** `shared` (true), `distinct` (false) or `guarded`. */
export const auth: ValueType<boolean | "guarded"> = { kind: "auth" };
/** A size in bytes; `undefined` is no limit. */
export const bytes: ValueType<number | undefined> = { kind: "bytes" };
/** As {@link bytes}, of something that may be small: no less than `least`. */
export function size(least: number): ValueType<number | undefined> {
  return { kind: "bytes", range: [least, Number.MAX_SAFE_INTEGER] };
}
/** A number of processors; `undefined` is no limit. */
export const cpus: ValueType<number | undefined> = { kind: "cpus" };
/** A time in seconds; `undefined` is no limit. */
export const duration: ValueType<number | undefined> = { kind: "duration" };
/** A path of the host with `~`, `$NAME` and `@key` in it. */
export const expression: ValueType<string> = { kind: "expression" };
/** An absolute path. */
export const folder: ValueType<string> = { kind: "folder" };
/** `SOURCE:PLACE IN THE BOX`; empty takes one away. */
export const bind: ValueType<string> = { kind: "bind" };
/** A path in the box's home; empty takes one away. */
export const cache: ValueType<string> = { kind: "cache" };
/** Text, a number or true/false, kept as text. */
export const scalar: ValueType<string> = { kind: "scalar" };
/** The value of an environment variable. */
export const variable: ValueType<string> = { kind: "variable" };
/** IP addresses between spaces or commas; empty takes them away. */
export const addresses: ValueType<string> = { kind: "addresses" };

/** A port that is published: `[HOST:]PORT[:BOXPORT]`. */
export const port: ValueType<string> = { kind: "port" };

/** One of a few words. `perRun`: further words that only an option can give. `older`: see {@link ValueType}. */
export function choice<const C extends string, const P extends string = never>(
  choices: readonly C[],
  perRun: readonly P[] = [],
  older?: Readonly<Record<string, C>>,
): ValueType<C | P> {
  return { kind: "choice", choices, perRun, ...(older ? { older } : {}) };
}

/** A whole number within a range. */
export function integer(least: number, most: number): ValueType<number> {
  return { kind: "integer", range: [least, most] };
}

/** Several texts. In a file an array, on the command line words between commas or spaces. */
export function list(of: ValueType<string>): ValueType<readonly string[]> {
  return { kind: "list", of };
}

/** Entries whose names are free. */
export function map<T>(of: ValueType<T>): MapType<T> {
  return { kind: "map", of };
}
