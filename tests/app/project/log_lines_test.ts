import assert from "node:assert/strict";
import { logLines } from "../../../lib/app/project/log_lines.ts";

Deno.test("what a session has shown ends where something is to be seen, and no line of it is endless", () => {
  assert.deepEqual(logLines("one  \n\ntwo\t\n \n\n"), ["one", "", "two"]);
  assert.deepEqual(logLines("one\ntwo\nthree\n", 2), ["two", "three"]);
  assert.deepEqual(logLines("\n \n", 5), []);
  const [line] = logLines("\0".repeat(8_000_000));
  assert.ok(line!.length < 5000 && line!.endsWith("[...]"));
});
