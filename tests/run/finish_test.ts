import assert from "node:assert/strict";
import { finishRun, ownBox } from "../../lib/run/finish.ts";
import { readExit, readRun, writeRun } from "../../lib/run/record.ts";
import { lyingRun } from "../support/lying_run.ts";

const ENDED = { exit: "0\n", screen: "bye" };

Deno.test("H10: a box that runs is not finished, whatever it says and whoever believed it", async () => {
  for (const alive of [true, false]) {
    await using world = await lyingRun({ runs: true, alive, left: ENDED });
    await writeRun(world.run.state, world.run.record);
    assert.equal(await finishRun(world.run), false);
    assert.deepEqual(world.done, []);
    assert.equal((await readRun(world.run.state))?.run, "r1");
    assert.equal(await readExit(world.run.state), undefined);
  }
});

Deno.test("H10: a run is not finished while its runtime does not answer", async () => {
  await using world = await lyingRun({ runs: undefined, alive: false, left: ENDED });
  await writeRun(world.run.state, world.run.record);
  await assert.rejects(finishRun(world.run), /does not answer/);
  assert.deepEqual(world.done, []);
  assert.equal((await readRun(world.run.state))?.run, "r1");
});

Deno.test("H10: a run whose box has ended is finished: recorded, removed, forgotten", async () => {
  await using world = await lyingRun({ runs: false, alive: false, left: { ...ENDED, exit: "7\n" } });
  await writeRun(world.run.state, world.run.record);
  assert.equal(await finishRun(world.run), true);
  assert.deepEqual(world.done, ["remove", "mailbox.remove", "event ended"]);
  assert.equal(await readRun(world.run.state), undefined);
  assert.equal((await readExit(world.run.state))?.code, 7);
});

Deno.test("C01: a box of which its engine knows no life is not finished while a process of it is there", async () => {
  await using world = await lyingRun({ runs: false, alive: true, inhabited: true, left: ENDED });
  await writeRun(world.run.state, world.run.record);
  assert.equal((await ownBox(world.run))?.state, "forgotten");
  assert.equal(await finishRun(world.run), false);
  assert.deepEqual(world.done, []);
  assert.equal((await readRun(world.run.state))?.run, "r1");
});

Deno.test("C01: a process of ours that has the box's mailbox open is none of the box", async () => {
  await using world = await lyingRun({ runs: false, alive: true, inhabited: false, left: ENDED });
  await writeRun(world.run.state, world.run.record);
  assert.equal((await ownBox(world.run))?.running, false);
});

Deno.test("C46: a box is over although its end cannot be recorded, as on a full disk", async () => {
  await using world = await lyingRun({ runs: false, alive: false, left: ENDED });
  await writeRun(world.run.state, world.run.record);
  await Deno.mkdir(`${world.run.state}/exit.json/in-the-way`, { recursive: true });
  await assert.rejects(readExit(world.run.state));
  assert.equal(await finishRun(world.run), true);
  assert.deepEqual(world.done, ["remove", "mailbox.remove", "event ended"]);
  assert.equal(await readRun(world.run.state), undefined);
});
