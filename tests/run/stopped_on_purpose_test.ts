import assert from "node:assert/strict";
import { noteStopping, wasStopped } from "../../lib/run/stopped_on_purpose.ts";

Deno.test("a stop from elsewhere is known of that run, and of no other", async () => {
  const state = await Deno.makeTempDir();
  try {
    assert.equal(await wasStopped(state, "r1"), false);
    await noteStopping(state, "r1");
    assert.deepEqual([await wasStopped(state, "r1"), await wasStopped(state, "r2")], [true, false]);
    await noteStopping(state, "r2");
    assert.deepEqual([await wasStopped(state, "r1"), await wasStopped(state, "r2")], [false, true]);
    // Only words depend on it.
    await noteStopping("/proc/nowhere", "r3");
    assert.equal(await wasStopped("/proc/nowhere", "r3"), false);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
