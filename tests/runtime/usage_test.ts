import assert from "node:assert/strict";
import { networkBytes } from "../../lib/runtime/network_bytes.ts";
import { groupFolders, groupMeter } from "../../lib/runtime/cli/usage.ts";

const ID = "ade5bfea6ec4136a934f87f1172212f5a848723d4b8812967c1bdc90f798e7c7";

const OLD_MOUNTS = `30 20 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
31 20 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
32 20 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;

Deno.test("a container's control groups are found with both versions, seen from a part of the hierarchy, and with groups of its own below", () => {
  const old = groupFolders(
    `4:memory:/libpod_parent/libpod-${ID}/below\n2:cpu,cpuacct:/libpod_parent/libpod-${ID}\n1:name=systemd:/\n0::/`,
    OLD_MOUNTS,
    ID,
  );
  assert.deepEqual([...old], [
    ["memory", `/sys/fs/cgroup/memory/libpod_parent/libpod-${ID}`],
    ["cpu", `/sys/fs/cgroup/cpu,cpuacct/libpod_parent/libpod-${ID}`],
    ["cpuacct", `/sys/fs/cgroup/cpu,cpuacct/libpod_parent/libpod-${ID}`],
  ]);
  const now = groupFolders(
    `0::/outer/system.slice/docker-${ID}.scope/init`,
    "30 20 0:26 /outer /sys/fs/cgroup rw - cgroup2 cgroup2 rw",
    ID,
  );
  assert.deepEqual([...now], [["", `/sys/fs/cgroup/system.slice/docker-${ID}.scope`]]);
});

Deno.test("a container in no group of its own is not counted as what it shares a group with", async () => {
  const proc = await Deno.makeTempDir();
  await Deno.mkdir(`${proc}/7`);
  await Deno.mkdir(`${proc}/self`);
  await Deno.writeTextFile(`${proc}/7/cgroup`, "4:memory:/user.slice\n2:cpu,cpuacct:/user.slice\n0::/\n");
  await Deno.writeTextFile(`${proc}/self/mountinfo`, OLD_MOUNTS);
  assert.equal(groupMeter(7, ID, proc), undefined);
  assert.equal(groupMeter(8, ID, proc)?.(), undefined);
  await Deno.remove(proc, { recursive: true });
});

Deno.test("a group's figures are read until the container is gone; what the kernel gives back at once is no use", async () => {
  const proc = await Deno.makeTempDir();
  const group = `${proc}/cg/libpod-${ID}.scope`;
  await Deno.mkdir(`${proc}/7/net`, { recursive: true });
  await Deno.mkdir(`${proc}/self`);
  await Deno.mkdir(group, { recursive: true });
  await Deno.writeTextFile(`${proc}/7/cgroup`, `0::/libpod-${ID}.scope/container\n`);
  await Deno.writeTextFile(
    `${proc}/self/mountinfo`,
    `30 20 0:26 / ${proc}/cg rw - cgroup2 cgroup2 rw\n`,
  );
  const files = {
    "cpu.stat": "usage_usec 2500000\nuser_usec 1\n",
    "memory.current": "5000\n",
    "memory.max": "max\n",
    "memory.stat": "anon 1\ninactive_file 2000\n",
    "pids.current": "3\n",
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${group}/${name}`, text);
  await Deno.writeTextFile(
    `${proc}/7/net/dev`,
    "    lo: 9 0 0 0 0 0 0 0 9 0\n  eth0: 10 1 0 0 0 0 0 0 20 1\n",
  );
  const meter = groupMeter(7, ID, proc)!;
  const { atMs, ...use } = meter()!;
  assert.ok(atMs > 0);
  assert.deepEqual(use, {
    cpuMs: 2500,
    memoryBytes: 3000,
    processes: 3,
    receivedBytes: 10,
    sentBytes: 20,
  });
  await Deno.writeTextFile(`${group}/memory.max`, "8000\n");
  assert.equal(meter()?.memoryLimitBytes, 8000);
  // The number is another process's now.
  await Deno.writeTextFile(`${proc}/7/cgroup`, "0::/user.slice\n");
  assert.equal(meter(), undefined);
  await Deno.remove(proc, { recursive: true });
});

Deno.test("bytes of a network are numbers, whatever is written in their place", () => {
  assert.equal(networkBytes("nothing of the kind"), undefined);
  assert.deepEqual(networkBytes("  lo: 5 0 0 0 0 0 0 0 5 0"), { receivedBytes: 0, sentBytes: 0 });
  assert.deepEqual(networkBytes("  e: -5 0 0 0 0 0 0 0 NaN 0\n  f: 1e999 0 0 0 0 0 0 0 7 0"), {
    receivedBytes: 0,
    sentBytes: 7,
  });
});
