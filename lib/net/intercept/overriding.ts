/**
 * Fields by which many servers take a request for another one than its first line says.
 *
 * @module
 */

import type { Field } from "./head.ts";

const OVERRIDING = new Set([
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url",
]);

/** The first of them in a request; `undefined`: there is none. Some servers make no difference between `-` and `_`. */
export function overridingField(fields: readonly Field[]): string | undefined {
  return fields.find(({ name }) => OVERRIDING.has(name.toLowerCase().replaceAll("_", "-")))?.name;
}
