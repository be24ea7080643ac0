import assert from "node:assert/strict";
import { livenessOf } from "../../lib/runtime/cli/liveness.ts";

const PIDS = { Pid: 10, ConmonPid: 9 };
const nobody = () => false;
const everybody = () => true;
const only = (...pids: number[]) => (pid: number) => pids.includes(pid);

Deno.test("C30: what an engine calls running is dead when neither its process nor its monitor is there", () => {
  for (const Status of ["running", "stopping", "paused"]) {
    assert.deepEqual(livenessOf({ Status, ExitCode: 0, ...PIDS }, nobody), { running: false, state: "dead" });
  }
});

Deno.test("C30: it runs while one of both lives, and where the engine names no processes", () => {
  assert.equal(livenessOf({ Status: "running", ...PIDS }, everybody).running, true);
  assert.equal(livenessOf({ Status: "running", ...PIDS }, only(10)).running, true);
  // Its monitor is about to write down how it ended.
  assert.equal(livenessOf({ Status: "running", ...PIDS }, only(9)).running, true);
  assert.equal(livenessOf({ Status: "running", Pid: 10 }, nobody).running, true);
  assert.equal(livenessOf({ Status: "exited", ExitCode: 3, ...PIDS }, everybody).running, false);
  assert.equal(livenessOf({ Status: "exited", ExitCode: 3 }, nobody).exitCode, 3);
});

Deno.test("C31: stopping without a monitor is stuck, with one it is under way", () => {
  assert.equal(livenessOf({ Status: "stopping", ...PIDS }, only(10)).stopping, "stuck");
  assert.equal(livenessOf({ Status: "stopping", ...PIDS }, everybody).stopping, "underway");
  assert.equal(livenessOf({ Status: "running", ...PIDS }, only(10)).stopping, undefined);
});
