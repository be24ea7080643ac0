import assert from "node:assert/strict";
import { coveredText } from "../../../lib/net/intercept/covering.ts";

const VALUE = "aB/c+d<e>&f==";

Deno.test("a value is covered however an answer writes it in JSON or in an address", () => {
  const written = [
    VALUE,
    JSON.stringify(VALUE),
    JSON.stringify(VALUE).replaceAll("/", "\\/"),
    '"aB/c+d\\u003ce\\u003e\\u0026f=="',
    encodeURIComponent(VALUE),
    "aB%2fc%2bd%3ce%3e%26f%3d%3d",
  ];
  for (const text of written) {
    const covered = coveredText(`before ${text} after`, [VALUE]);
    assert.match(covered, /^before "?\*{13,}"? after$/, text);
  }
});

Deno.test("what only begins like a value is not covered", () => {
  assert.equal(coveredText("aB/c+d<e>&f=", [VALUE]), "aB/c+d<e>&f=");
});
