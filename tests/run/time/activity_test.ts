import assert from "node:assert/strict";
import { attend, hasShellBeside, isAttended } from "../../../lib/run/attended.ts";
import { uses } from "../../../lib/run/time/activity.ts";

Deno.test("a box is at work when it uses a twentieth of a processor, or sends more than a connection that is kept open", () => {
  const before = { atMs: 0, cpuMs: 1000, receivedBytes: 0, sentBytes: 0 };
  assert.equal(uses(before, { atMs: 60_000, cpuMs: 3900, receivedBytes: 1000, sentBytes: 0 }), false);
  assert.equal(uses(before, { atMs: 60_000, cpuMs: 4100 }), true);
  assert.equal(uses(before, { atMs: 60_000, cpuMs: 1000, receivedBytes: 40_000, sentBytes: 40_000 }), true);
  // Looking takes some, too.
  assert.equal(uses(before, { atMs: 500, cpuMs: 1150 }), false);
});

Deno.test("a shell beside the session is known of as long as it is open, and the session's own terminal is none", async () => {
  const state = await Deno.makeTempDir();
  {
    using _session = attend(state);
    assert.deepEqual([isAttended(state), hasShellBeside(state)], [true, false]);
    using _shell = attend(state, true);
    assert.deepEqual([isAttended(state), hasShellBeside(state)], [true, true]);
  }
  assert.deepEqual([isAttended(state), hasShellBeside(state)], [false, false]);
  await Deno.remove(state, { recursive: true });
});
