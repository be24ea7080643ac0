import assert from "node:assert/strict";
import { makeFifo } from "../../lib/host/fifo.ts";
import { sweepRuns } from "../../lib/run/sweep.ts";

/** The state of a box with the folders of these runs. */
async function withRuns(...runs: string[]): Promise<string> {
  const state = await Deno.makeTempDir();
  for (const run of runs) {
    await Deno.mkdir(`${state}/runs/${run}/in`, { recursive: true });
    await makeFifo(`${state}/runs/${run}/in/alive`, 0o600);
  }
  return state;
}

const left = (state: string) => [...Deno.readDirSync(`${state}/runs`)].map(({ name }) => name).sort();

Deno.test("sweepRuns() deletes what a killed start left as soon as a later run is known, and not what is being prepared", async () => {
  const state = await withRuns("m1-a", "m2-b", "m3-c", "m4-d");
  try {
    await sweepRuns(state, undefined);
    assert.deepEqual(left(state), ["m1-a", "m2-b", "m3-c", "m4-d"], "any of them may be being prepared");
    await sweepRuns(state, "m3-c");
    assert.deepEqual(left(state), ["m3-c", "m4-d"]);
    await sweepRuns(state, undefined, { latest: "m4-d" });
    assert.deepEqual(left(state), ["m4-d"]);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("sweepRuns() keeps a run in which somebody holds the mailbox", async () => {
  const state = await withRuns("m1-a", "m2-b");
  try {
    {
      using _box = await Deno.open(`${state}/runs/m1-a/in/alive`, { read: true, write: true });
      await sweepRuns(state, "m2-b");
      assert.deepEqual(left(state), ["m1-a", "m2-b"]);
    }
    await sweepRuns(state, "m2-b");
    assert.deepEqual(left(state), ["m2-b"]);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
