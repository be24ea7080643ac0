import assert from "node:assert/strict";
import { writeExit } from "../../lib/run/record.ts";
import { attachTerminal, hasColours } from "../../lib/session/attach.ts";
import { lyingRun } from "../support/lying_run.ts";

const CLAIM = { exit: "3\n", screen: "bye" };

Deno.test("H9: a box that claims an end and runs on was only left", async () => {
  // Whoever is in the box can also make its first process let go of the mailbox.
  for (const alive of [true, false]) {
    await using world = await lyingRun({ runs: true, alive, left: CLAIM });
    assert.deepEqual(await attachTerminal(world.run, { kind: "inherit" }), { kind: "detached" });
  }
});

Deno.test("H9: a claim of an end is no proof where the runtime does not answer", async () => {
  await using world = await lyingRun({ runs: undefined, alive: false, left: CLAIM });
  assert.deepEqual(await attachTerminal(world.run, { kind: "inherit" }), { kind: "detached" });
});

Deno.test("H9: an end is believed once the runtime says so, or the supervisor has recorded it", async () => {
  {
    await using world = await lyingRun({ runs: false, alive: false, left: CLAIM });
    assert.deepEqual(await attachTerminal(world.run, { kind: "inherit" }), {
      kind: "ended",
      code: 3,
      screen: "bye",
    });
  }
  await using world = await lyingRun({ runs: true, alive: true, left: CLAIM });
  await writeExit(world.run.state, { run: "r1", code: 4, endedAt: 0, screen: "recorded" });
  assert.deepEqual(await attachTerminal(world.run, { kind: "inherit" }), {
    kind: "ended",
    code: 4,
    screen: "recorded",
  });
});

Deno.test("only a terminal that says so has 24-bit colour", () => {
  for (const says of ["truecolor", "24bit"]) assert.equal(hasColours(says), true);
  for (const says of [undefined, "", "yes", "256"]) assert.equal(hasColours(says), false);
});
