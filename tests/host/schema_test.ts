import assert from "node:assert/strict";
import * as z from "zod/mini";
import {
  either,
  flag,
  listOf,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../../lib/host/light_schema.ts";
import { problemOf, type Schema } from "../../lib/host/store.ts";

function problem(schema: Schema<unknown>, value: unknown): string {
  const result = schema.safeParse(value);
  return result.success ? "" : problemOf(result.error.issues, value);
}

/** The same twice: for a launch by hand, for everything else by the library. */
const BOTH: readonly (readonly [string, Schema<unknown>])[] = [
  [
    "shape.ts",
    schemaOf(shape({
      name: text,
      kind: oneOf("a", "b"),
      shared: optional(flag),
      of: optional(listOf(text)),
      by: optional(tableOf(text)),
    }, "refused")),
  ],
  [
    "zod",
    z.strictObject({
      name: z.string(),
      kind: z.enum(["a", "b"]),
      shared: z.exactOptional(z.boolean()),
      of: z.exactOptional(z.array(z.string())),
      by: z.exactOptional(z.record(z.string(), z.string())),
    }),
  ],
];

for (const [what, schema] of BOTH) {
  Deno.test(`${what}: what is wrong with a file is said in the same words`, () => {
    const good = { name: "x", kind: "a" };
    assert.equal(problem(schema, good), "");
    assert.equal(problem(schema, { ...good, shared: false, of: ["x"], by: { x: "y" } }), "");
    assert.equal(problem(schema, []), "expected a table");
    assert.equal(problem(schema, { ...good, name: 1 }), "name: expected text");
    assert.equal(problem(schema, { ...good, kind: "c" }), "kind: expected a or b");
    assert.equal(problem(schema, { ...good, shared: "yes" }), "shared: expected true or false");
    assert.equal(problem(schema, { ...good, of: ["x", 1] }), "of.1: expected text");
    assert.equal(problem(schema, { ...good, of: "x" }), "of: expected a list");
    assert.equal(problem(schema, { ...good, by: { x: 1 } }), "by.x: expected text");
    assert.equal(problem(schema, { ...good, more: 1 }), "more: unknown key");
    assert.equal(problem(schema, { name: "x" }), "kind is missing");
  });
}

Deno.test("shape.ts: names of tables are checked, and __proto__ is a name as others are", () => {
  const small = (name: string) => name.length > 9 ? "too long" : undefined;
  const schema = schemaOf(tableOf(either(oneOf(null), text), small));
  assert.equal(problem(schema, { abcdefghijk: "x" }), "abcdefghijk: too long");
  const result = schema.safeParse(JSON.parse('{"__proto__":"x","a":null}'));
  assert.deepEqual(result.success && Object.entries(result.data), [["__proto__", "x"], ["a", null]]);
});
