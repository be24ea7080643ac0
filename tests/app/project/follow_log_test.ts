import assert from "node:assert/strict";
import { Follower } from "../../../lib/app/project/follow_log.ts";
import { linesAfter } from "../../../lib/app/project/lines_after.ts";

Deno.test("what follows the lines that were shown is found, also where the first of them are gone or the last were redrawn", () => {
  const shown = ["a", "", "b", "", "c"];
  assert.deepEqual(linesAfter(shown, [...shown, "d"]), { kept: 5, fresh: ["d"] });
  assert.deepEqual(linesAfter(shown, ["b", "", "c", "d"]), { kept: 5, fresh: ["d"] });
  assert.deepEqual(linesAfter(shown, ["", "b", "", "C", "d"]), { kept: 4, fresh: ["C", "d"] });
  assert.deepEqual(linesAfter(shown, ["x", "y"]), { kept: 5, fresh: ["x", "y"] });
  assert.deepEqual(linesAfter(shown, shown), { kept: 5, fresh: [] });
  assert.deepEqual(linesAfter([], ["x"]), { kept: 0, fresh: ["x"] });
});

Deno.test("a line is shown once it has stood for two looks, and what turns all the time is not repeated", () => {
  const follower = new Follower(["start"]);
  assert.deepEqual(follower.look(["start", "one", "wait 1"]), []);
  assert.deepEqual(follower.look(["start", "one", "wait 2"]), ["one"]);
  assert.deepEqual(follower.look(["start", "one", "wait 3"]), []);
  assert.deepEqual(follower.look(["start", "one", "done", "two"]), []);
  assert.deepEqual(follower.look(["start", "one", "done", "two"]), ["done", "two"]);
  assert.deepEqual(follower.look(["start", "one", "done", "two"]), []);
  assert.deepEqual(follower.end(["one", "done", "two", "last"]), ["last"]);
});

Deno.test("what has left the screen is shown at once", () => {
  const follower = new Follower([]);
  const many = Array.from({ length: 150 }, (_, at) => `line ${at}`);
  assert.deepEqual(follower.look(many), many.slice(0, 50));
  assert.deepEqual(follower.look([...many.slice(50), "more"]), many.slice(50));
});
