/**
 * The few checks that our own small state files need at every launch. A schema library does more and costs 9 ms to load, of
 * the 60 a launch may add; files that are read at leisure use one.
 *
 * @module
 */

import type { Schema } from "./store.ts";

/** Checks one value: what was expected when it does not fit. */
export type Check<T> = (value: unknown) => { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly expected: string;
};

function check<T>(expected: string, fits: (value: unknown) => value is T): Check<T> {
  return (value) => fits(value) ? { ok: true, value } : { ok: false, expected };
}

/** Any text. */
export const text: Check<string> = check("text", (value) => typeof value === "string");
/** A finite number. */
export const number: Check<number> = check(
  "a number",
  (value): value is number => typeof value === "number" && Number.isFinite(value),
);
/** True or false. */
export const flag: Check<boolean> = check("true or false", (value) => typeof value === "boolean");

/** Text of a form. */
export function matching(pattern: RegExp): Check<string> {
  return check(
    `text like ${pattern}`,
    (value): value is string => typeof value === "string" && pattern.test(value),
  );
}

/** One of some words. */
export function oneOf<const T extends string>(...words: readonly T[]): Check<T> {
  return check(words.join(" or "), (value): value is T => (words as readonly unknown[]).includes(value));
}

/** As `inner`, or absent. */
export function optional<T>(inner: Check<T>): Check<T | undefined> {
  return (value) => value === undefined ? { ok: true, value: undefined } : inner(value);
}

/** What a shape's checks make of a value. */
export type Shaped<S> = { [K in keyof S]: S[K] extends Check<infer T> ? T : never };

/** An object with these entries; others are dropped. */
export function shape<S extends Readonly<Record<string, Check<unknown>>>>(checks: S): Schema<Shaped<S>> {
  return {
    safeParse: (value) => {
      if (!isTable(value)) return wrong([], "expected a table");
      const data: Record<string, unknown> = {};
      for (const [name, one] of Object.entries(checks)) {
        const result = one(value[name]);
        if (!result.ok) return wrong([name], `expected ${result.expected}`);
        if (result.value !== undefined) data[name] = result.value;
      }
      return { success: true, data: data as Shaped<S> };
    },
  };
}

/** A table whose entries all have one shape. */
export function tableOf<T>(entry: Schema<T>): Schema<Record<string, T>> {
  return {
    safeParse: (value) => {
      if (!isTable(value)) return wrong([], "expected a table");
      const data: Record<string, T> = {};
      for (const [name, one] of Object.entries(value)) {
        const result = entry.safeParse(one);
        if (!result.success) {
          const issue = result.error.issues[0];
          return wrong([name, ...issue?.path ?? []], issue?.message ?? "unexpected content");
        }
        data[name] = result.data;
      }
      return { success: true, data };
    },
  };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(path: readonly PropertyKey[], message: string): {
  success: false;
  error: { issues: { path: readonly PropertyKey[]; message: string }[] };
} {
  return { success: false, error: { issues: [{ path, message }] } };
}
