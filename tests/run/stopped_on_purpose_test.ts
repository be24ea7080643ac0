import assert from "node:assert/strict";
import { forgetStopping, noteStopping, whyStopped } from "../../lib/run/stopped_on_purpose.ts";

Deno.test("a stop from elsewhere is known of that run with its reason, and of no other", async () => {
  const state = await Deno.makeTempDir();
  try {
    assert.equal(await whyStopped(state, "r1"), undefined);
    await noteStopping(state, "r1");
    assert.deepEqual([await whyStopped(state, "r1"), await whyStopped(state, "r2")], ["asked", undefined]);
    await noteStopping(state, "r2", "idle");
    assert.deepEqual([await whyStopped(state, "r1"), await whyStopped(state, "r2")], [undefined, "idle"]);
    await noteStopping(state, "r2", "duration");
    assert.equal(await whyStopped(state, "r2"), "duration");
    // It could not be stopped after all.
    await forgetStopping(state);
    assert.equal(await whyStopped(state, "r2"), undefined);
    await forgetStopping(state);
    // Only words depend on it.
    await noteStopping("/proc/nowhere", "r3");
    assert.equal(await whyStopped("/proc/nowhere", "r3"), undefined);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
