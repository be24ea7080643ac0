import assert from "node:assert/strict";
import { boxState } from "../../lib/config/box_state.ts";
import { makeFifo } from "../../lib/host/fifo.ts";
import { isLive } from "../../lib/host/live.ts";
import { until } from "../../lib/host/wait.ts";
import { allBoxes } from "../../lib/run/find_boxes.ts";
import { forgottenBoxes } from "../../lib/run/forgotten.ts";
import { readRun, writeRun } from "../../lib/run/record.ts";
import { assertStopped } from "../../lib/session/require_stopped.ts";
import { stopBox } from "../../lib/session/stop.ts";
import { Sandbox } from "../config/support.ts";
import { contained } from "../support/contained.ts";
import { runRecordOf } from "../support/run_record.ts";

/** A run whose engine is not on this machine. */
const RECORD = runRecordOf({ place: { binary: "/none/podman" } });

Deno.test("C01: a box whose engine is gone or does not answer is known, protects its data, and is ended by its processes", async () => {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open();
  const state = boxState(host.dirs, "kanibako-app");
  const fifo = `${state}/runs/r1/in/alive`;
  await Deno.mkdir(`${state}/runs/r1/in`, { recursive: true });
  await Deno.mkdir(`${state}/runs/r1/out`);
  await makeFifo(fifo, 0o600);
  await writeRun(state, RECORD);
  // Its record alone is no box.
  assert.deepEqual(await forgottenBoxes(host, new Map()), []);
  const child = contained(`exec 3<>${fifo}; trap "exit 0" TERM; sleep 600 & wait`);
  try {
    const found = async () => (await forgottenBoxes(host, new Map()))[0];
    assert.ok(await until(async () => await found() !== undefined, { everyMs: 50, forMs: 10_000 }));
    const box = (await found())!;
    assert.deepEqual([box.id, box.info.running, box.info.state], ["kanibako-app", true, "forgotten"]);
    // One that its engine knows as running is not asked about again, and none of another engine when one is named.
    assert.deepEqual(await forgottenBoxes(host, new Map([["kanibako-app", box]])), []);
    assert.deepEqual(await forgottenBoxes(host, new Map(), "docker"), []);
    assert.equal((await allBoxes(host)).boxes.get("kanibako-app")?.info.running, true);
    await assert.rejects(assertStopped(host, ["kanibako-app"]), { code: "running" });
    assert.equal(await stopBox(host, box), "stopped");
    await child.status;
    assert.equal(await readRun(state), undefined);
    assert.equal(await found(), undefined);
  } finally {
    if (isLive(child.pid)) child.kill("SIGKILL");
    await child.status;
  }
});
