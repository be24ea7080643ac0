import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { cName, Errno, errnoName, HERE, libc, load, Open } from "../../lib/host/libc/libc.ts";
import { NameQueue, NameReader } from "../../lib/host/libc/names.ts";
import { FileInfo } from "../../lib/host/libc/stat.ts";
import { inFolder } from "../support/trees.ts";

Deno.test("a failed call answers its own error number, however often and in whatever order", () => {
  const c = libc();
  const missing = cName("/none/of/this");
  const notFolder = cName("/proc/self/status");
  for (let n = 0; n < 20_000; n++) {
    assert.equal(c.open(HERE, missing, Open.READ), -Errno.ENOENT);
    assert.equal(c.open(HERE, notFolder, Open.READ | Open.FOLDER), -Errno.ENOTDIR);
    assert.equal(c.close(-1), -9);
    // What is allocated in between must not change the number of the next.
    if (n % 100 === 0) new Uint8Array(1 << 16).fill(1);
  }
  assert.equal(errnoName(-Errno.ENOENT), "ENOENT");
  assert.equal(errnoName(-9), "error 9");
});

Deno.test("a C library that is not there is an error that says so", () => {
  assert.throws(
    () => load("libnone.so.99").close(-1),
    (error) =>
      error instanceof KanibakoError && error.code === "no-libc" && error.message.includes("libnone.so.99"),
  );
  assert.ok(load("libc.so.6").open(HERE, cName("/"), Open.READ | Open.FOLDER) > 0);
});

Deno.test("FileInfo says what the system says of a file, by name and by handle", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeTextFile(path, "12345");
    await Deno.chmod(path, 0o4751);
    await Deno.utime(path, 1000.25, 2000.5);
    await Deno.link(path, `${folder}/other`);
    const info = new FileInfo(libc());
    const fd = libc().open(HERE, cName(path), Open.READ);
    for (const ask of [() => info.ofName(HERE, cName(path)), () => info.ofHandle(fd)]) {
      assert.equal(ask(), 0);
      const stat = await Deno.lstat(path);
      assert.deepEqual(
        [
          info.kind,
          info.nature,
          info.mode,
          info.size,
          info.nlink,
          info.uid,
          info.gid,
          info.mtimeNs,
          info.atimeNs,
        ],
        ["file", "file", 0o4751, 5, 2, stat.uid, stat.gid, 2_000_500_000_000n, 1_000_250_000_000n],
      );
      assert.equal(info.ino, BigInt(stat.ino!));
      assert.equal(info.allocated, stat.blocks! * 512);
    }
    libc().close(fd);
    assert.equal(info.ofName(HERE, cName(`${folder}/none`)), -Errno.ENOENT);
  }));

Deno.test("NameReader gives every name in a large folder once, and neither . nor ..", () =>
  inFolder(async (folder) => {
    const wanted = [...Array(3000).keys()].map((n) => `${n}-${"x".repeat(n % 200)}`);
    for (const name of wanted) await Deno.writeTextFile(`${folder}/${name}`, "");
    await Deno.mkdir(`${folder}/...`);
    const fd = libc().open(HERE, cName(folder), Open.READ | Open.FOLDER);
    const found = [...new NameReader(libc()).read(fd)];
    libc().close(fd);
    const text = found.map(({ name }) => new TextDecoder().decode(name.subarray(0, -1)));
    assert.deepEqual(text.toSorted(), [...wanted, "..."].toSorted());
    assert.deepEqual(found.filter(({ isFolder }) => isFolder).map(({ name }) => name), [cName("...")]);
  }));

Deno.test("NameQueue gives names back as they came, or in the order of their bytes", () => {
  const names = ["b", "a", "ab", "", "Z", "é", "a-"].map(cName);
  const take = (queue: NameQueue) => names.map(() => new TextDecoder().decode(queue.take()!.subarray(0, -1)));
  const fill = () => {
    const queue = new NameQueue();
    for (const name of names) queue.add(name);
    return queue;
  };
  const plain = fill();
  assert.deepEqual(take(plain), ["b", "a", "ab", "", "Z", "é", "a-"]);
  assert.equal(plain.take(), undefined);
  const sorted = fill();
  sorted.sort();
  assert.deepEqual(take(sorted), ["", "Z", "a", "a-", "ab", "b", "é"]);
  assert.equal(sorted.take(), undefined);
});
