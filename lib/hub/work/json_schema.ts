/**
 * Checks values by JSON Schemas. Loaded where there is one.
 *
 * @module
 */

import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";

const DRAFTS: readonly (readonly [part: string, draft: SchemaDraft])[] = [
  ["draft-04", "4"],
  ["draft-07", "7"],
  ["2019-09", "2019-09"],
];

/** What is wrong with a value, and where; `undefined`: nothing. Throws what the schema is to blame for. */
export function checkValue(value: unknown, text: string): string | undefined {
  const schema = JSON.parse(text) as Schema;
  const said = typeof schema === "object" ? String(schema.$schema ?? "") : "";
  const draft = DRAFTS.find(([part]) => said.includes(part))?.[1] ?? "2020-12";
  const { valid, errors } = new Validator(schema, draft, true).validate(value);
  if (valid) return undefined;
  // The innermost says most.
  const last = errors.at(-1);
  if (!last) return "it does not fit";
  const where = last.instanceLocation.replace(/^#\/?/, "");
  return `${where === "" ? "" : `${where}: `}${last.error.slice(0, 300)}`;
}
