import assert from "node:assert/strict";
import { updateWords, writePids } from "../../lib/runtime/cli/update.ts";

Deno.test("new limits are said to an engine, and a lifted one as all there is", () => {
  assert.deepEqual(updateWords({ memoryBytes: 2 ** 30, cpus: 1.5, pids: 9 }), [
    `--memory=${2 ** 30}b`,
    `--memory-swap=${2 ** 30}b`,
    "--cpus=1.5",
  ]);
  const lifted = updateWords({ memoryBytes: 0, cpus: 0 });
  assert.deepEqual([lifted[0], lifted[2]], [
    `--memory=${Deno.systemMemoryInfo().total}b`,
    `--cpus=${navigator.hardwareConcurrency}`,
  ]);
  assert.deepEqual(updateWords({ pids: 9 }), []);
});

Deno.test("the most processes of a container are written to its own control group only", async () => {
  const proc = await Deno.makeTempDir();
  const id = "a".repeat(64);
  for (const folder of ["7", "8", "self", `cg/libpod-${id}`]) {
    await Deno.mkdir(`${proc}/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${proc}/self/mountinfo`, `30 20 0:26 / ${proc}/cg rw - cgroup2 cgroup2 rw`);
  await Deno.writeTextFile(`${proc}/7/cgroup`, `0::/libpod-${id}/below\n`);
  await Deno.writeTextFile(`${proc}/8/cgroup`, "0::/user.slice\n");
  await Deno.writeTextFile(`${proc}/cg/libpod-${id}/pids.max`, "max\n");
  assert.equal(writePids(7, id, 99, proc), true);
  assert.match(await Deno.readTextFile(`${proc}/cg/libpod-${id}/pids.max`), /^99\n/);
  assert.equal(writePids(8, id, 99, proc), false);
  assert.equal(writePids(9, id, 99, proc), false);
  await Deno.remove(proc, { recursive: true });
});
