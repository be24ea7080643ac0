/**
 * The time that a login file states: when the login expires, or when it was renewed.
 *
 * @module
 */

import type { Declaration } from "./schema.ts";

type LoginFile = NonNullable<Declaration["login"]>[number];

/** Milliseconds since 1970; `undefined` for what is no time of the kind that the file has. */
export function readTime({ newer_is = "ms" }: LoginFile, value: unknown): number | undefined {
  if (newer_is === "rfc3339") {
    const fits = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
    return fits ? Date.parse(value) : undefined;
  }
  if (typeof value !== "number") return undefined;
  return newer_is === "ms" ? value : value * 1000;
}

/** A time as it stands in the file. */
export function writtenTime({ newer_is = "ms" }: LoginFile, ms: number): number | string {
  if (newer_is === "rfc3339") return new Date(ms).toISOString();
  return newer_is === "ms" ? ms : Math.floor(ms / 1000);
}
