import assert from "node:assert/strict";
import { parseLines } from "../../lib/commands/line_count.ts";

Deno.test("a number of lines is a whole number, and 0 only where that means something", () => {
  assert.deepEqual(["1", "20", "100000"].map((text) => parseLines(text)), [1, 20, 100_000]);
  assert.equal(parseLines("0", 0), 0);
  for (const text of ["0", "", "-1", "1.5", "1e3", " 1", "ten", "1234567890"]) {
    assert.throws(() => parseLines(text), /Cannot use --lines/, text);
  }
});
