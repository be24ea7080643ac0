/**
 * Checks for files that are read on the way to a launch. All other files, and all that comes from elsewhere, go through
 * `zod/mini`, which says more.
 *
 * Measured with the built program and V8's code cache, 60 runs each: with all schemas of the launch path in `zod/mini`,
 * `shell -- true` took 86 ms in place of 77 at its fastest and 108 in place of 104 at the median, and `list` 60 in place of 50
 * (medians 75 and 66). A launch is to add 35.
 *
 * @module
 */

import type { Schema } from "./store.ts";

/** What a check made of a value: the value, or what is wrong and where. */
export type Checked<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly path: readonly PropertyKey[];
  readonly message: string;
};

/** Checks one value. */
export type Check<T> = (value: unknown) => Checked<T>;

/** What a check lets through. */
export type Of<C> = C extends Check<infer T> ? T : never;

/** A value that fits, or the words for one that does not. */
export function check<T>(message: string, fits: (value: unknown) => boolean): Check<T> {
  return (value) => fits(value) ? { ok: true, value: value as T } : wrong(message);
}

/** What does not fit: for checks of one's own. */
export function wrong(message: string, path: readonly PropertyKey[] = []): Checked<never> {
  return { ok: false, path, message };
}

/** Any text. */
export const text: Check<string> = check("expected text", (value) => typeof value === "string");
/** A finite number. */
export const number: Check<number> = check("expected a number", (value) => Number.isFinite(value));
/** A whole number. */
export const integer: Check<number> = check("expected a whole number", (value) => Number.isInteger(value));
/** True or false. */
export const flag: Check<boolean> = check("expected true or false", (value) => typeof value === "boolean");

/** Text of a form. */
export function matching(pattern: RegExp, message: string): Check<string> {
  return check(message, (value) => typeof value === "string" && pattern.test(value));
}

/** One of some words. */
export function oneOf<const T extends string | number | null>(...words: readonly T[]): Check<T> {
  return check(`expected ${words.join(" or ")}`, (value) => (words as readonly unknown[]).includes(value));
}

/** As one check or the other; what is wrong is said by the last. */
export function either<A, B>(one: Check<A>, other: Check<B>): Check<A | B> {
  return (value) => {
    const first = one(value);
    return first.ok ? first : other(value);
  };
}

/** As `inner`, or absent. */
export function optional<T>(inner: Check<T>): Check<T | undefined> {
  return (value) => value === undefined ? { ok: true, value: undefined } : inner(value);
}

/** A list of values that all pass one check. */
export function listOf<T>(inner: Check<T>): Check<T[]> {
  return (value) => Array.isArray(value) ? each(value.entries(), inner, [] as T[]) : wrong("expected a list");
}

/** A table whose values all pass one check. `nameProblem` says what is wrong with a name in it. */
export function tableOf<T>(
  inner: Check<T>,
  nameProblem?: (name: string) => string | undefined,
): Check<Record<string, T>> {
  return (value) => {
    if (!isTable(value)) return wrong("expected a table");
    for (const name of nameProblem ? Object.keys(value) : []) {
      const problem = nameProblem!(name);
      if (problem !== undefined) return wrong(problem, [name]);
    }
    return each(Object.entries(value), inner, {} as Record<string, T>);
  };
}

/** What a shape's checks make of a value; what may be absent may be left out. */
export type Shaped<S> =
  & { [K in keyof S as undefined extends Of<S[K]> ? never : K]: Of<S[K]> }
  & { [K in keyof S as undefined extends Of<S[K]> ? K : never]?: Exclude<Of<S[K]>, undefined> };

/** A table with these entries. Others are dropped, or an error where they are to be `refused`. */
export function shape<S extends Readonly<Record<string, Check<unknown>>>>(
  checks: S,
  others?: "refused",
): Check<Shaped<S>> {
  return (value) => {
    if (!isTable(value)) return wrong("expected a table");
    const unknown = others && Object.keys(value).find((name) => !Object.hasOwn(checks, name));
    if (unknown !== undefined) return wrong("unknown key", [unknown]);
    const data: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(checks)) {
      const result = inner(Object.hasOwn(value, name) ? value[name] : undefined);
      if (!result.ok) return wrong(result.message, [name, ...result.path]);
      if (result.value !== undefined) data[name] = result.value;
    }
    return { ok: true, value: data as Shaped<S> };
  };
}

/** A check whose result is made into something else. */
export function mapped<T, R>(inner: Check<T>, make: (value: T) => R): Check<R> {
  return (value) => {
    const result = inner(value);
    return result.ok ? { ok: true, value: make(result.value) } : result;
  };
}

/** A check as the readers of files take it. */
export function schemaOf<T>(inner: Check<T>): Schema<T> {
  return {
    safeParse: (value) => {
      const result = inner(value);
      if (result.ok) return { success: true, data: result.value };
      return { success: false, error: { issues: [{ path: result.path, message: result.message }] } };
    },
  };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function each<T, D extends object>(
  entries: Iterable<readonly [PropertyKey, unknown]>,
  inner: Check<T>,
  data: D,
): Checked<D> {
  for (const [name, value] of entries) {
    const result = inner(value);
    if (!result.ok) return wrong(result.message, [name, ...result.path]);
    // Not by assignment, to which `__proto__` is no name as others are.
    Object.defineProperty(data, name, {
      value: result.value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return { ok: true, value: data };
}
