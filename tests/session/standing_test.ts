import assert from "node:assert/strict";
import { standing } from "../../lib/session/standing.ts";

Deno.test("standing() is the folder of the workspace in which a command runs, and not for agents and boxes of scripts", () => {
  const at = (cwd: string, more: object = {}, agent?: object) =>
    standing({ request: { cwd, ...more }, project: { path: "/home/u/p" }, agent });
  assert.equal(at("/home/u/p/src/a b"), "/home/agent/workspace/src/a b");
  for (const cwd of ["/home/u/p", "/home/u/p2", "/home/u", "/", "/home/u/p/a\nb"]) {
    assert.equal(at(cwd), undefined);
  }
  assert.equal(at("/home/u/p/src", {}, {}), undefined);
  assert.equal(at("/home/u/p/src", { held: true }), undefined);
});
