import { exists } from "../../../lib/host/path.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { KanibakoError } from "../../../lib/host/error.ts";
import { type CopiedFile, copyTree } from "../../../lib/host/tree/copy.ts";
import { hashFile, sha256Sums } from "../../../lib/host/tree/hash.ts";
import { walkTree } from "../../../lib/host/tree/walk.ts";
import {
  command,
  contents,
  handlesIn,
  inFolder,
  listing,
  makeDeep,
  underPermissions,
  writeBytesName,
} from "../../support/trees.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;

/** Of the whole process, other tests' among them. */
function allHandles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

/** A folder `from` with a bit of everything that is kept. */
async function makeSample(base: string): Promise<string> {
  const from = `${base}/from`;
  await Deno.mkdir(`${from}/a/b`, { recursive: true });
  await Deno.mkdir(`${from}/read only`);
  await Deno.writeTextFile(`${from}/a/b/file`, "hello");
  await Deno.writeTextFile(`${from}/a/script`, "#!/bin/sh\n");
  await Deno.writeTextFile(`${from}/empty`, "");
  await Deno.writeTextFile(`${from}/read only/inside`, "x");
  await Deno.writeFile(`${from}/large`, crypto.getRandomValues(new Uint8Array(60000)));
  for (let n = 0; n < 6; n++) {
    await Deno.writeFile(`${from}/large`, crypto.getRandomValues(new Uint8Array(60000)), { append: true });
  }
  await Deno.link(`${from}/a/b/file`, `${from}/second name`);
  await Deno.symlink("../a/b", `${from}/a/up`);
  await Deno.symlink("/nowhere/at all", `${from}/dangling`);
  writeBytesName(`${from}/a`, [0xff, 0xfe], "bytes");
  writeBytesName(from, [0x0a, 0x20, 0x2d], "odd");
  await Deno.writeTextFile(`${from}/Case`, "upper");
  await Deno.writeTextFile(`${from}/case`, "lower");
  await Deno.chmod(`${from}/a/script`, 0o755);
  await Deno.chmod(`${from}/a`, 0o750);
  await Deno.utime(`${from}/a/b/file`, 1000.5, 123456789.25);
  await command("touch", "-d", "1969-12-31 23:59:58.75 UTC", `${from}/empty`);
  await command("touch", "-h", "-d", "2001-02-03 04:05:06.789 UTC", `${from}/dangling`);
  await command("touch", "-d", "2002-02-03 04:05:06.123456789 UTC", `${from}/a/b`);
  await Deno.chmod(`${from}/read only`, 0o555);
  // Only root may give files away, and only then is there an owner to keep.
  if (Deno.uid() === 0) {
    for (const path of ["a/script", "dangling", "read only"]) {
      await command("chown", "-h", "1234:4321", `${from}/${path}`);
    }
  }
  return from;
}

Deno.test("a copy has the same content, names, permissions, owners, times, symlinks and hard links", () =>
  inFolder(async (base) => {
    const from = await makeSample(base);
    const report = await copyTree(from, `${base}/to`);
    assert.equal(handlesIn(base), 0);
    assert.deepEqual(await listing(`${base}/to`), await listing(from));
    assert.equal(await contents(`${base}/to`), await contents(from));
    const { ino } = await Deno.lstat(`${base}/to/second name`);
    assert.equal((await Deno.lstat(`${base}/to/a/b/file`)).ino, ino);
    assert.notEqual((await Deno.lstat(`${from}/a/b/file`)).ino, ino);
    assert.deepEqual(report, {
      files: 9,
      folders: 3,
      symlinks: 2,
      hardLinks: 1,
      linked: 0,
      bytes: report.bytes,
      skipped: [],
      skippedCount: 0,
      torn: 0,
      unreadable: 0,
    });
    assert.equal(report.bytes, 7 * 60000 + 5 + 10 + 1 + 5 + 3 + 5 + 5);
  }));

Deno.test("a copied file's time of reading stays as it was, on both sides", () =>
  inFolder(async (base) => {
    await Deno.mkdir(`${base}/from`);
    await Deno.writeTextFile(`${base}/from/file`, "x");
    await Deno.utime(`${base}/from/file`, 1000, 2000);
    await copyTree(`${base}/from`, `${base}/to`);
    for (const side of ["from", "to"]) {
      assert.equal((await Deno.lstat(`${base}/${side}/file`)).atime!.getTime(), 1000_000, side);
    }
  }));

Deno.test("holes stay holes, at the beginning, between and at the end", () =>
  inFolder(async (base) => {
    const from = `${base}/from`;
    await Deno.mkdir(from);
    {
      using file = await Deno.open(`${from}/sparse`, { write: true, create: true });
      for (const at of [10 << 20, 500 << 20]) {
        await file.seek(at, Deno.SeekMode.Start);
        await file.write(new TextEncoder().encode(`data at ${at}`));
      }
      await file.truncate(2 ** 40);
    }
    await Deno.writeTextFile(`${from}/all hole`, "");
    await Deno.truncate(`${from}/all hole`, 2 ** 32);
    const report = await copyTree(from, `${base}/to`);
    const copy = await Deno.lstat(`${base}/to/sparse`);
    assert.equal(copy.size, 2 ** 40);
    assert.equal((await Deno.lstat(`${base}/to/all hole`)).size, 2 ** 32);
    assert(copy.blocks! * 512 < 1 << 20, `${copy.blocks} blocks`);
    assert(report.bytes < 1 << 20, `${report.bytes} bytes`);
    using file = await Deno.open(`${base}/to/sparse`);
    for (const at of [10 << 20, 500 << 20]) {
      await file.seek(at, Deno.SeekMode.Start);
      const bytes = new Uint8Array(20);
      await file.read(bytes);
      assert.match(new TextDecoder().decode(bytes), new RegExp(`^data at ${at}\0+$`));
    }
  }));

Deno.test("whatever regular files and folders there are, the copy is the same", () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.stringMatching(/^[a-c]{1,3}(\/[a-c]{1,3}){0,3}$/),
        fc.record({ size: fc.nat(200_000), mode: fc.nat(0o777) }),
        { maxKeys: 12 },
      ),
      (files) =>
        inFolder(async (base) => {
          await Deno.mkdir(`${base}/from`);
          for (const [path, { size, mode }] of Object.entries(files)) {
            const whole = `${base}/from/${path}`;
            const made = await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), { recursive: true })
              .then(() => Deno.writeFile(whole, new Uint8Array(size).fill(size)))
              .then(() => true, () => false); // a file is where a folder should be, or the other way round
            if (made) await Deno.chmod(whole, mode | 0o400);
          }
          await copyTree(`${base}/from`, `${base}/to`);
          assert.deepEqual(await listing(`${base}/to`), await listing(`${base}/from`));
          assert.equal(await contents(`${base}/to`), await contents(`${base}/from`));
        }),
    ),
    { numRuns: 25 },
  ));

Deno.test("setuid, setgid and sticky bits are dropped, unless they are asked for", () =>
  inFolder(async (base) => {
    const from = `${base}/from`;
    await Deno.mkdir(`${from}/folder`, { recursive: true });
    await Deno.writeTextFile(`${from}/file`, "x");
    await command("chmod", "6755", `${from}/file`);
    await command("chmod", "3755", `${from}/folder`);
    await Deno.chmod(from, 0o755);
    await copyTree(from, `${base}/plain`);
    assert.deepEqual(await listing(`${base}/plain`, "%m"), [" 755", "file 755", "folder 755", ""].toSorted());
    await copyTree(from, `${base}/kept`, { keepSpecialBits: true });
    assert.deepEqual(
      await listing(`${base}/kept`, "%m"),
      [" 755", "file 6755", "folder 3755", ""].toSorted(),
    );
  }));

Deno.test("FIFOs and sockets are passed over and listed without being opened, or refused", () =>
  inFolder(async (base) => {
    const from = `${base}/from`;
    await Deno.mkdir(`${from}/sub`, { recursive: true });
    await command("mkfifo", `${from}/fifo`);
    await Deno.writeTextFile(`${from}/sub/file`, "x");
    using _socket = Deno.listen({ transport: "unix", path: `${from}/sub/socket` });
    const report = await copyTree(from, `${base}/to`);
    assert.deepEqual(report.skipped, [{ path: "fifo", kind: "fifo" }, {
      path: "sub/socket",
      kind: "socket",
    }]);
    assert.equal(report.skippedCount, 2);
    assert.deepEqual(await listing(`${base}/to`, ""), ["", " ", "sub ", "sub/file "]);
    await assert.rejects(copyTree(from, `${base}/refused`, { special: "refuse" }), refused("special-file"));
    assert(!exists(`${base}/refused`));
    // Opened for reading without waiting, a FIFO would now have a reader.
    await assert.rejects(
      command("sh", "-c", `timeout 0.2 sh -c 'echo x >"$1"' sh "$1"`, "sh", `${from}/fifo`),
    );
  }));

Deno.test("what is excluded is not there, and a folder is not entered", () =>
  inFolder(async (base) => {
    const from = await makeSample(base);
    const asked: string[] = [];
    await copyTree(from, `${base}/to`, {
      exclude: (path, kind) => {
        asked.push(path);
        return path === "a" && kind === "folder" || path === "large";
      },
    });
    assert(!asked.some((path) => path.startsWith("a/")));
    assert(!exists(`${base}/to/a`));
    assert(!exists(`${base}/to/large`));
    assert.equal(await Deno.readTextFile(`${base}/to/second name`), "hello");
  }));

Deno.test("a tree as deep as a box can make it is copied, with few handles", () =>
  inFolder(async (base) => {
    await Deno.mkdir(`${base}/from`);
    makeDeep(`${base}/from`, 4096);
    const before = allHandles();
    let most = 0;
    const report = await copyTree(`${base}/from`, `${base}/to`, {
      onFile: () => most = Math.max(most, allHandles()),
    });
    assert.equal(report.folders, 4096);
    assert.equal(report.files, 1);
    assert(most - before < 500, `${most - before} handles`);
    assert.deepEqual(await listing(`${base}/to`, "%m %T@"), await listing(`${base}/from`, "%m %T@"));
  }));

Deno.test("hard links far below each other are kept", () =>
  inFolder(async (base) => {
    for (const path of ["x/y", "z"]) await Deno.mkdir(`${base}/from/${path}`, { recursive: true });
    await Deno.writeTextFile(`${base}/from/x/y/one`, "1");
    await Deno.link(`${base}/from/x/y/one`, `${base}/from/z/two`);
    await Deno.link(`${base}/from/x/y/one`, `${base}/from/three`);
    await Deno.link(`${base}/from/x/y/one`, `${base}/outside the tree`);
    const report = await copyTree(`${base}/from`, `${base}/to`);
    assert.deepEqual([report.files, report.hardLinks], [1, 2]);
    const numbers = await Promise.all(
      ["x/y/one", "z/two", "three"].map(async (path) => (await Deno.lstat(`${base}/to/${path}`)).ino),
    );
    assert.equal(new Set(numbers).size, 1);
    assert.equal((await Deno.lstat(`${base}/to/three`)).nlink, 3);
  }));

Deno.test("what is the same in an earlier copy becomes a name for it; what differs in anything is copied", () =>
  inFolder(async (base) => {
    const from = await makeSample(base);
    await Deno.mkdir(`${from}/new`);
    await Deno.writeTextFile(`${from}/new/file`, "new");
    await copyTree(from, `${base}/first`);
    const same = (path: string) =>
      Promise.all([Deno.lstat(`${base}/first/${path}`), Deno.lstat(`${base}/second/${path}`)])
        .then(([one, other]) => one.ino === other.ino);
    await Deno.remove(`${base}/first/new`, { recursive: true });
    await Deno.chmod(`${from}/a/script`, 0o700);
    const { mtime } = await Deno.lstat(`${from}/Case`);
    await Deno.writeTextFile(`${from}/case`, "LOWER");
    await Deno.writeTextFile(`${from}/Case`, "longer than it was");
    await Deno.utime(`${from}/Case`, mtime!, mtime!);
    const how = new Map<string, CopiedFile["how"]>();
    const report = await copyTree(from, `${base}/second`, {
      linkDest: `${base}/first`,
      onFile: (file) => how.set(file.path, file.how),
    });
    for (const path of ["a/b/file", "large", "empty", "read only/inside", "second name"]) {
      assert(await same(path), path);
    }
    for (const path of ["a/script", "case", "Case"]) assert(!await same(path), path);
    assert(exists(`${base}/second/new/file`));
    assert.equal(how.get("large"), "linked");
    assert.equal(how.get("case"), "copied");
    assert.equal(report.linked, 6);
    assert.equal(report.files, 10);
    assert.deepEqual(await listing(`${base}/second`), await listing(from));
    assert.equal(await contents(`${base}/second`), await contents(from));
  }));

Deno.test("a symlink in an earlier copy is neither followed nor linked to", () =>
  inFolder(async (base) => {
    for (const side of ["from", "earlier", "outside"]) await Deno.mkdir(`${base}/${side}`);
    await Deno.mkdir(`${base}/from/sub`);
    for (const path of ["from/file", "from/sub/file", "outside/file"]) {
      await Deno.writeTextFile(`${base}/${path}`, "same");
      await Deno.utime(`${base}/${path}`, 1000, 1000);
    }
    await Deno.symlink("../outside/file", `${base}/earlier/file`);
    await Deno.symlink("../outside", `${base}/earlier/sub`);
    const report = await copyTree(`${base}/from`, `${base}/to`, { linkDest: `${base}/earlier` });
    assert.equal(report.linked, 0);
    assert.equal((await Deno.lstat(`${base}/outside/file`)).nlink, 1);
    assert.deepEqual(await listing(`${base}/to`), await listing(`${base}/from`));
  }));

Deno.test("the place of the copy must be free, and its parent there; nothing there is touched", () =>
  inFolder(async (base) => {
    const from = await makeSample(base);
    await Deno.mkdir(`${base}/taken`);
    await Deno.writeTextFile(`${base}/taken/mine`, "mine");
    await Deno.symlink("nowhere", `${base}/link`);
    await assert.rejects(copyTree(from, `${base}/taken`), refused("exists"));
    await assert.rejects(copyTree(from, `${base}/link`), refused("exists"));
    await assert.rejects(copyTree(from, `${base}/none/to`), refused("cannot-copy"));
    await assert.rejects(copyTree(`${base}/none`, `${base}/to`), refused("cannot-read"));
    await assert.rejects(copyTree(from, `${base}/to`, { linkDest: `${base}/none` }), refused("cannot-read"));
    assert(!exists(`${base}/to`));
    assert.equal(await Deno.readTextFile(`${base}/taken/mine`), "mine");
    assert.equal((await listing(`${base}/taken`)).filter((line) => line !== "").length, 2);
  }));

Deno.test("a tree is not copied into itself, unless that place is excluded", () =>
  inFolder(async (base) => {
    const from = await makeSample(base);
    await assert.rejects(copyTree(from, `${from}/a/to`), refused("inside-itself"));
    assert(!exists(`${from}/a/to`));
    await copyTree(from, `${from}/a/to`, { exclude: (path) => path === "a/to" });
    assert(exists(`${from}/a/to/a/b/file`));
    assert(!exists(`${from}/a/to/a/to`));
  }));

Deno.test("whatever goes wrong on the way, nothing of the copy is left", () =>
  inFolder(async (base) => {
    const from = await makeSample(base);
    const to = `${base}/to`;
    await assert.rejects(copyTree(from, to, { limits: { bytes: 1000 } }), refused("too-large"));
    assert(!exists(to));
    await assert.rejects(copyTree(from, to, { limits: { entries: 10 } }), refused("too-large"));
    assert(!exists(to));
    let seen = 0;
    const stop = () => {
      if (++seen === 10) throw new Error("enough");
    };
    await assert.rejects(copyTree(from, to, { onFile: stop }), /enough/);
    assert(!exists(to));
    assert.equal(handlesIn(base), 0);
    await assert.rejects(copyTree(from, to, { signal: AbortSignal.abort(new Error("stop")) }), /stop/);
    assert(!exists(to));
    assert.equal((await copyTree(from, to)).files, 9);
  }));

Deno.test("a copy that takes long can be stopped, and says how far it is", () =>
  inFolder(async (base) => {
    await Deno.mkdir(`${base}/from`);
    await Deno.writeFile(`${base}/from/large`, new Uint8Array(64 << 20).fill(1));
    for (let n = 0; n < 3000; n++) await Deno.writeTextFile(`${base}/from/${n}`, "x");
    const stop = new AbortController();
    let reported = 0;
    await assert.rejects(
      copyTree(`${base}/from`, `${base}/to`, {
        signal: stop.signal,
        onProgress: ({ files, bytes }) => {
          assert(files + bytes > 0);
          reported++;
          stop.abort(new Error("stopped"));
        },
      }),
      /stopped/,
    );
    assert.equal(reported, 1);
    assert(!exists(`${base}/to`));
  }));

Deno.test("content that cannot be shared is copied, and refused where sharing was asked for", () =>
  inFolder(async (base) => {
    // No file system shares content with another one, and /dev/shm is one of its own.
    await Deno.mkdir(`${base}/from`);
    await Deno.writeTextFile(`${base}/from/file`, "hello");
    await inFolder(async (shm) => {
      await assert.rejects(
        copyTree(`${base}/from`, `${shm}/to`, { reflink: "always" }),
        refused("no-reflink"),
      );
      assert(!exists(`${shm}/to`));
      await copyTree(`${base}/from`, `${shm}/to`, { reflink: "never" });
      await copyTree(`${base}/from`, `${shm}/auto`, { linkDest: `${base}/from` });
      assert.deepEqual(await listing(`${shm}/auto`), await listing(`${base}/from`));
    }, "/dev/shm");
  }));

Deno.test("what we may not read ends the copy and leaves nothing; owners that we may not give stay ours", () =>
  inFolder(async (base) => {
    await Deno.mkdir(`${base}/from`);
    await Deno.writeTextFile(`${base}/from/file`, "x");
    await Deno.chmod(`${base}/from/file`, 0o000);
    const copy = () =>
      underPermissions(
        ["copyTree"],
        "../../lib/host/tree/copy.ts",
        'await copyTree(`${root}/from`, `${root}/to`).then(() => console.log("ok"), (error) => console.log(error.code));',
        base,
      );
    assert.equal(await copy(), "no-permission\n");
    assert(!exists(`${base}/to`));
    if (Deno.uid() === 0) {
      await Deno.chown(`${base}/from/file`, 65534, 65534);
      assert.equal(await copy(), "needs-engine\n");
      assert(!exists(`${base}/to`));
    }
    await Deno.chmod(`${base}/from/file`, 0o444);
    assert.equal(await copy(), "ok\n");
    assert.equal(await Deno.readTextFile(`${base}/to/file`), "x");
  }));

Deno.test("checksums are those of the copy, whichever way its content came over", async () => {
  const base = await Deno.makeTempDir();
  try {
    const from = `${base}/from`;
    await Deno.mkdir(from);
    for (const size of [0, 1, 65536, 65537, 2 ** 20, 2 ** 20 + 1]) {
      await Deno.writeFile(`${from}/${size}`, crypto.getRandomValues(new Uint8Array(Math.min(size, 65536))));
      await Deno.truncate(`${from}/${size}`, size);
    }
    await Deno.writeTextFile(`${from}/sparse`, "begins");
    await Deno.truncate(`${from}/sparse`, 200 * 2 ** 20);
    await Deno.link(`${from}/1`, `${from}/again`);
    const reported = new Map<string, string | undefined>();
    const order: string[] = [];
    await copyTree(from, `${base}/to`, {
      sums: sha256Sums,
      sorted: true,
      onFile: ({ path, sum }) => {
        order.push(path);
        reported.set(path, sum);
      },
    });
    assert.deepEqual(order, order.toSorted());
    const read = new Map<string, string | undefined>();
    walkTree(`${base}/to`, (entry) => void read.set(entry.path, hashFile(`${base}/to`, entry)));
    assert.equal(read.size, 8);
    assert.deepEqual([...reported].sort(), [...read].sort());
    // Without being asked for nothing is read for it.
    await copyTree(from, `${base}/plain`, { onFile: ({ sum }) => assert.equal(sum, undefined) });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

Deno.test("a file that is written while it is copied is counted, where one watches for it", () =>
  inFolder(async (base) => {
    await Deno.mkdir(`${base}/from`);
    using written = await Deno.open(`${base}/from/written`, { write: true, create: true });
    await written.write(new Uint8Array(40 << 20).fill(1));
    await Deno.writeTextFile(`${base}/from/still`, "");
    for (const watch of [true, false]) {
      const report = await copyTree(`${base}/from`, `${base}/to-${watch}`, {
        watch,
        sums: { bytes: () => "", file: () => (written.writeSync(Uint8Array.of(3)), "") },
      });
      assert.deepEqual([report.files, report.torn], [2, watch ? 1 : 0]);
    }
  }));
