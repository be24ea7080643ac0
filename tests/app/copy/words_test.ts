import assert from "node:assert/strict";
import { directionOf, endOf, lastName } from "../../../lib/app/copy/words.ts";

Deno.test("the words of box cp name a box by a colon, and this machine by how they begin", () => {
  assert.deepEqual(endOf("api:dist"), { kind: "box", project: "api", path: "dist" });
  assert.deepEqual(endOf("team/api:~/x"), { kind: "box", project: "team/api", path: "/home/agent/x" });
  assert.deepEqual(endOf(":"), { kind: "box", project: undefined, path: "." });
  assert.deepEqual(endOf(":/etc/a:b"), { kind: "box", project: undefined, path: "/etc/a:b" });
  for (const path of ["dist", "./a:b", "../a:b", "/a:b", "~a:b"]) {
    assert.deepEqual(endOf(path), { kind: "host", path });
  }
  assert.deepEqual(endOf("-"), { kind: "stream" });
  assert.throws(() => endOf(""), { code: "usage" });
});

Deno.test("exactly one end of a copy is in a box", () => {
  assert.equal(directionOf("api:x", ".").to, "host");
  assert.equal(directionOf("-", ":x").to, "box");
  assert.throws(() => directionOf("a", "b"), /Neither path is in a box/);
  assert.throws(() => directionOf("a:x", "b:y"), /one box to another/);
});

Deno.test("a copy is named after the last name of its path", () => {
  assert.equal(lastName("a/b/"), "b");
  for (const path of [".", "..", "/", "a/..", ""]) assert.equal(lastName(path), undefined);
});
