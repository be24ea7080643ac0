import assert from "node:assert/strict";
import { inOrder } from "../../lib/project/list.ts";

Deno.test("rough edges: boxes are listed as people count, m2 before m10", () => {
  const names = ["m10", "m2", "b", "m2-x10", "m2-x9", "m"];
  assert.deepEqual(names.toSorted((a, b) => inOrder(a) < inOrder(b) ? -1 : 1), [
    "b",
    "m",
    "m2",
    "m2-x9",
    "m2-x10",
    "m10",
  ]);
});
