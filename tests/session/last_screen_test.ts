import assert from "node:assert/strict";
import { lastLines } from "../../lib/session/last_screen.ts";

Deno.test("lastLines() keeps the last of what a session showed, and nothing endless that its box left", () => {
  assert.equal(lastLines("\n  cannot read the configuration\n\n"), "cannot read the configuration");
  assert.equal(lastLines(" \n\n"), "");
  const many = Array.from({ length: 1000 }, (_, n) => `line ${n}`).join("\n");
  assert.equal(lastLines(many).split("\n").length, 50);
  assert.match(lastLines(many), /line 999$/);
  assert.equal(lastLines("x".repeat(512 * 1024)).length, 500);
});
