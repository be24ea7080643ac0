import assert from "node:assert/strict";
import { makeFifo } from "../../lib/host/fifo.ts";
import { cName, Errno, HERE, libc, Open } from "../../lib/host/libc/libc.ts";
import { writeAll } from "../../lib/host/write_all.ts";

const LENGTH = 1_000_000;

Deno.test("what takes nothing for a moment, as a full pipe that does not block, gets all the same", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/pipe`;
  await makeFifo(path, 0o600);
  using _kept = await Deno.open(path, { read: true, write: true });
  const fd = libc().open(HERE, cName(path), Open.WRITE | Open.NONBLOCK);
  // Begins when the pipe has been full for a while.
  const reader = new Deno.Command("/bin/sh", {
    args: ["-c", `sleep 0.2; head -c ${LENGTH} "$1" | wc -c`, "sh", path],
    stdout: "piped",
  }).spawn();
  let refused = 0;
  const pipe = {
    writeSync(bytes: Uint8Array): number {
      const count = libc().write(fd, bytes as Uint8Array<ArrayBuffer>);
      if (count >= 0) return count;
      assert.equal(count, -Errno.EAGAIN);
      refused++;
      throw new Deno.errors.WouldBlock();
    },
  };
  try {
    writeAll(pipe, new Uint8Array(LENGTH));
    assert.ok(refused > 0);
    assert.equal(new TextDecoder().decode((await reader.output()).stdout).trim(), String(LENGTH));
  } finally {
    libc().close(fd);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a failure to write is passed on", () => {
  const gone = {
    writeSync: () => {
      throw new Deno.errors.BrokenPipe();
    },
  };
  assert.throws(() => writeAll(gone, new Uint8Array(1)), Deno.errors.BrokenPipe);
});
