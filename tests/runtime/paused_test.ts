import assert from "node:assert/strict";
import { isAlive } from "../../lib/runtime/cli/liveness.ts";

Deno.test("a container that is paused is not taken for a stopped one: it can still write what it holds open", () => {
  for (const state of ["running", "paused", "stopping"]) assert.equal(isAlive(state), true, state);
  for (const state of ["exited", "created", "dead", "stopped"]) assert.equal(isAlive(state), false, state);
});
