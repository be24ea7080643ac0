import assert from "node:assert/strict";
import { standing, standingAt } from "../../lib/session/standing.ts";

Deno.test("C22: commands and agents begin in the folder of the workspace in which their user stands, boxes of scripts do not", () => {
  const session = (cwd: string, more: object = {}) => ({
    request: { cwd, ...more },
    project: { path: "/home/u/p" },
  });
  assert.equal(standing(session("/home/u/p/src/a b")), "src/a b");
  for (const cwd of ["/home/u/p", "/home/u/p2", "/home/u", "/", "/home/u/p/a\nb"]) {
    assert.equal(standing(session(cwd)), undefined);
    assert.equal(standingAt("/w", session(cwd)), undefined);
  }
  assert.equal(standing(session("/home/u/p/src", { held: true })), undefined);
  assert.equal(standingAt("/home/agent/workspace", session("/home/u/p/src")), "/home/agent/workspace/src");
  assert.equal(standingAt("/home/u/p", session("/home/u/p/src")), "/home/u/p/src");
});
