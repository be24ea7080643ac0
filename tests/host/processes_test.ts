import assert from "node:assert/strict";
import { isLive } from "../../lib/host/live.ts";
import { containedHolders, endContained } from "../../lib/host/processes.ts";
import { makeFifo } from "../../lib/host/fifo.ts";
import { until } from "../../lib/host/wait.ts";
import { contained } from "../support/contained.ts";
import { inFolder } from "../support/trees.ts";

const SOON = { everyMs: 20, forMs: 10_000 };
Deno.test("C01: the processes of a container that hold a file are seen, and their container is ended with them", () =>
  inFolder(async (folder) => {
    const fifo = `${folder}/alive`;
    await makeFifo(fifo, 0o600);
    // One of this host has it open, too.
    using _ours = await Deno.open(fifo, { read: true, write: true });
    assert.deepEqual(containedHolders(fifo), []);
    // Not its first process, which heeds no request to end; and one more below it.
    const child = contained(`trap "" TERM; (sleep 600 & exec sleep 600) 3<>${fifo} & wait; sleep 600`);
    const other = contained("sleep 600");
    try {
      assert.ok(await until(() => containedHolders(fifo).length === 2, SOON));
      const [one, two] = containedHolders(fifo);
      assert.equal(one!.first, two!.first);
      assert.notEqual(one!.pid, one!.first);
      assert.deepEqual(await endContained(fifo, 200), []);
      assert.deepEqual(containedHolders(fifo), []);
      await child.status;
      assert.equal(isLive(other.pid), true, "another container was ended");
    } finally {
      for (const { pid } of [child, other]) if (isLive(pid)) Deno.kill(pid, "SIGKILL");
      await Promise.all([child.status, other.status]);
    }
  }));

Deno.test("C30: a process that has ended and that nobody waits for is not alive", async () => {
  assert.equal(isLive(Deno.pid), true);
  const child = new Deno.Command("sh", { args: ["-c", "sleep 0 & exec sleep 600"], stdin: "null" }).spawn();
  try {
    const ended = () => {
      for (const { name } of Deno.readDirSync("/proc")) {
        try {
          const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
          if (stat.includes(`) Z ${child.pid} `)) return Number(name);
        } catch { /* no process */ }
      }
      return 0;
    };
    assert.ok(await until(() => ended() !== 0, SOON));
    assert.equal(isLive(ended()), false);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
  assert.equal(isLive(child.pid), false);
});
