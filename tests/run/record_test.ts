import assert from "node:assert/strict";
import { clearRun, readRun, writeRun } from "../../lib/run/record.ts";
import { runRecordOf } from "../support/run_record.ts";

const record = (run: string) => runRecordOf({ run, box: "app", startedAt: 0 });

Deno.test("clearRun() forgets a run, but not one that has been started since", async () => {
  const state = await Deno.makeTempDir();
  try {
    await writeRun(state, record("r1"));
    await clearRun(state, "r2");
    assert.equal((await readRun(state))?.run, "r1");
    await clearRun(state, "r1");
    assert.equal(await readRun(state), undefined);
    for (let n = 0; n < 200; n++) {
      await writeRun(state, record("old"));
      await Promise.all([clearRun(state, "old"), writeRun(state, record("new")), clearRun(state, "old")]);
      assert.equal((await readRun(state))?.run, "new");
    }
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("clearRun() makes no folder that has gone", async () => {
  const state = `${await Deno.makeTempDir()}/gone`;
  await clearRun(state, "r1");
  await assert.rejects(Deno.lstat(state), Deno.errors.NotFound);
  await Deno.remove(state.slice(0, -"/gone".length), { recursive: true });
});
