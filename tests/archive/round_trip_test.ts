import assert from "node:assert/strict";
import fc from "fast-check";
import { extractArchive } from "../../lib/archive/extract.ts";
import { OWN_LIMITS } from "../../lib/archive/limits.ts";
import { readArchive } from "../../lib/archive/read.ts";
import { type Compression, isLarge, packArchive, type TarWriter } from "../../lib/archive/write.ts";
import { cName, HERE, libc, Open } from "../../lib/host/libc/libc.ts";
import { nameBytes } from "../../lib/host/tree/raw_name.ts";
import { DROPPED, listArchive, listing, refused, Scratch, system } from "./support.ts";

/** A tree with one of everything. */
async function makeTree(root: string): Promise<void> {
  await Deno.mkdir(`${root}/folder/inner`, { recursive: true });
  await Deno.writeTextFile(`${root}/text`, "some text\n", { mode: 0o640 });
  await Deno.writeFile(`${root}/folder/data`, new Uint8Array(300_000).map((_, at) => at % 251));
  await Deno.link(`${root}/text`, `${root}/folder/inner/same`);
  await Deno.symlink("../../outside/../secret", `${root}/folder/link`);
  await Deno.symlink(`/${"long/".repeat(60)}end`, `${root}/far`);
  await Deno.writeTextFile(`${root}/ quote'"\\back\nline é`, "odd name");
  await Deno.mkdir(`${root}/${"n".repeat(200)}/${"m".repeat(200)}`, { recursive: true });
  await Deno.writeTextFile(`${root}/${"n".repeat(200)}/${"m".repeat(200)}/${"f".repeat(255)}`, "long");
  await Deno.writeTextFile(`${root}/run`, "#!/bin/sh\n", { mode: 0o755 });
  await Deno.chmod(`${root}/run`, 0o4755);
  const sparse = await Deno.open(`${root}/sparse`, { write: true, create: true });
  for (const at of [1_000_000, 30_000_000]) {
    await sparse.seek(at, Deno.SeekMode.Start);
    await sparse.write(new TextEncoder().encode("island"));
  }
  await sparse.truncate(50_000_000);
  sparse.close();
  await Deno.writeTextFile(`${root}/empty`, "");
  libc().close(
    libc().open(HERE, rawPath(root, Uint8Array.of(0x62, 0xff, 0xfe)), Open.WRITE | Open.CREATE, 0o600),
  );
  await Deno.utime(
    `${root}/folder/data`,
    new Date("1999-12-31T23:59:59.123Z"),
    new Date("1999-12-31T23:59:59.123Z"),
  );
  await Deno.utime(`${root}/folder/inner`, 1e9, 1e9);
  await Deno.chmod(`${root}/folder/inner`, 0o500);
}

function rawPath(root: string, name: Uint8Array): Uint8Array<ArrayBuffer> {
  const above = nameBytes(`${root}/`);
  return Uint8Array.from([...above, ...name, 0]);
}

const fill = (root: string) => async (writer: TarWriter) => {
  await writer.addText("info.json", "{}\n");
  await writer.addTree(root, "home");
};

for (const compression of ["zst", "xz", "none"] as const) {
  Deno.test(`a tree comes back as it was from an archive (${compression})`, async () => {
    await using scratch = new Scratch();
    await makeTree(await folder(scratch, "tree"));
    const file = `${scratch.path}/archive`;
    const report = await packArchive(file, compression, fill(`${scratch.path}/tree`));
    assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
    assert.equal((await Deno.stat(file)).size, report.archiveBytes);
    assert.equal(report.hardLinks, 1);
    const extracted = await extractArchive(file, `${scratch.path}/out`, { needsManifest: true });
    assert.ok(extracted.verified);
    assert.deepEqual(
      await listing(`${scratch.path}/out/home`, DROPPED),
      await listing(`${scratch.path}/tree`, DROPPED),
    );
    assert.equal((await Deno.stat(`${scratch.path}/out/home/run`)).mode! & 0o7777, 0o755);
    const sparse = await Deno.stat(`${scratch.path}/out/home/sparse`);
    assert.ok(sparse.blocks! * 512 < 1_000_000, "the holes were filled");
    assert.deepEqual(scratch.names(), ["archive", "out", "tree"]);
  });
}

Deno.test("GNU tar unpacks an archive to the same tree", async () => {
  await using scratch = new Scratch();
  await makeTree(await folder(scratch, "tree"));
  await packArchive(`${scratch.path}/a.tar.zst`, "zst", fill(`${scratch.path}/tree`));
  await folder(scratch, "out");
  await system("tar", "-C", `${scratch.path}/out`, "--zstd", "-xpf", `${scratch.path}/a.tar.zst`);
  assert.deepEqual(await listing(`${scratch.path}/out/home`), await listing(`${scratch.path}/tree`));
});

for (const format of ["gnu", "pax", "ustar"]) {
  Deno.test(`what GNU tar wrote is unpacked (--format=${format})`, async () => {
    await using scratch = new Scratch();
    const tree = await folder(scratch, "tree");
    await Deno.mkdir(`${tree}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${tree}/a/b/c`, "content");
    await Deno.link(`${tree}/a/b/c`, `${tree}/a/d`);
    await Deno.symlink("/etc/passwd", `${tree}/a/l`);
    const long = format === "ustar" ? "n".repeat(99) : "n".repeat(250);
    await Deno.writeTextFile(`${tree}/${long}`, "long");
    await system(
      "tar",
      "-C",
      tree,
      `--format=${format}`,
      "--mtime=@1700000000",
      "-czf",
      `${scratch.path}/a.tgz`,
      ".",
    );
    await system("find", tree, "-exec", "touch", "-hd", "@1700000000", "{}", "+");
    const report = await extractArchive(`${scratch.path}/a.tgz`, `${scratch.path}/out`);
    assert.equal(report.verified, false);
    assert.deepEqual(await listing(`${scratch.path}/out`, DROPPED), await listing(tree, DROPPED));
    await refused(
      extractArchive(`${scratch.path}/a.tgz`, `${scratch.path}/no`, { needsManifest: true }),
      "no-manifest",
    );
  });
}

Deno.test("sparse files of GNU tar are unpacked in its form 1.0, and refused in its older ones", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await makeTree(tree);
  const tar = (name: string, ...words: string[]) =>
    system("tar", "-C", tree, "-S", ...words, "-cf", `${scratch.path}/${name}`, "sparse", "text");
  await tar("new.tar", "--format=pax");
  await extractArchive(`${scratch.path}/new.tar`, `${scratch.path}/out`);
  await system("cmp", `${tree}/sparse`, `${scratch.path}/out/sparse`);
  await tar("old.tar", "--format=gnu");
  await refused(extractArchive(`${scratch.path}/old.tar`, `${scratch.path}/no`), "bad-archive");
  await tar("odd.tar", "--format=pax", "--sparse-version=0.1");
  await refused(extractArchive(`${scratch.path}/odd.tar`, `${scratch.path}/no`), "bad-archive");
});

Deno.test("special files are neither opened nor waited for, but listed", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await system("mkfifo", `${tree}/fifo`);
  using _socket = Deno.listen({ transport: "unix", path: `${tree}/socket` });
  await Deno.writeTextFile(`${tree}/file`, "x");
  const report = await packArchive(`${scratch.path}/a`, "zst", fill(tree));
  assert.deepEqual(report.skipped, [{ path: "home/fifo", kind: "fifo" }, {
    path: "home/socket",
    kind: "socket",
  }]);
  assert.equal(report.files, 2);
});

Deno.test("no symlink is followed when a tree is put into an archive", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await Deno.mkdir(`${scratch.path}/secret`);
  await Deno.writeTextFile(`${scratch.path}/secret/key`, "hidden");
  await Deno.symlink(`${scratch.path}/secret`, `${tree}/folder`);
  await Deno.symlink(`${scratch.path}/secret/key`, `${tree}/file`);
  await packArchive(`${scratch.path}/a`, "none", fill(tree));
  const kinds = (await listArchive(`${scratch.path}/a`)).map(({ path, kind }) => `${path} ${kind}`);
  assert.deepEqual(kinds, ["info.json file", "home folder", "home/file symlink", "home/folder symlink"]);
  assert.ok(!(await Deno.readTextFile(`${scratch.path}/a`)).includes("hidden"));
});

Deno.test("a part of an archive is unpacked by prefix, by choice, and by another name of the same file", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await makeTree(tree);
  const file = `${scratch.path}/a`;
  await packArchive(file, "zst", fill(tree));
  await extractArchive(file, `${scratch.path}/home`, { strip: "home" });
  assert.deepEqual(await listing(`${scratch.path}/home`, DROPPED), await listing(tree, DROPPED));
  await extractArchive(file, `${scratch.path}/one`, {
    strip: "home/folder",
    select: (path) => path === "home/folder/data",
  });
  assert.deepEqual([...Deno.readDirSync(`${scratch.path}/one`)].map(({ name }) => name), ["data"]);
  // `text` comes later and is a hard link to `folder/inner/same`, which was not chosen.
  await extractArchive(file, `${scratch.path}/link`, { select: (path) => path === "home/text" });
  assert.equal(await Deno.readTextFile(`${scratch.path}/link/home/text`), "some text\n");
});

Deno.test("what is left out of a tree is not in the archive", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await makeTree(tree);
  const met: string[] = [];
  await packArchive(`${scratch.path}/a`, "zst", (writer) =>
    writer.addTree(tree, "", {
      exclude: (path) => path === "folder" || path.startsWith("n"),
      onFile: ({ path }) => void met.push(path),
    }));
  assert.deepEqual((await listArchive(`${scratch.path}/a`)).map(({ path }) => path), met);
  assert.deepEqual(met, met.toSorted());
  assert.ok(met.includes("sparse") && !met.some((path) => /^(folder|n)/.test(path)));
});

Deno.test("a reader that stops early meets nothing of the rest; one that does not meets what is wrong there", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  const { archiveBytes } = await packArchive(`${scratch.path}/a`, "none", fill(tree));
  await Deno.truncate(`${scratch.path}/a`, archiveBytes / 2);
  let text: string | undefined;
  const report = await readArchive(`${scratch.path}/a`, async (entry): Promise<"stop"> => {
    assert.equal(entry.path, "info.json");
    text = new TextDecoder().decode(await entry.content());
    return "stop";
  });
  assert.deepEqual([text, report.verified], ["{}\n", false]);
  await assert.rejects(listArchive(`${scratch.path}/a`), { name: "KanibakoError" });
});

Deno.test("an archive never takes the place of a file, unless asked to", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  const file = scratch.file("a", new TextEncoder().encode("precious"));
  await refused(packArchive(file, "zst", fill(tree)), "exists");
  assert.equal(await Deno.readTextFile(file), "precious");
  await refused(
    packArchive(`${file}2`, "zst", async (writer) => {
      await writer.addTree(tree, "home");
      await Deno.writeTextFile(`${file}2`, "made meanwhile");
    }),
    "exists",
  );
  assert.equal(await Deno.readTextFile(`${file}2`), "made meanwhile");
  await packArchive(file, "zst", fill(tree), { overwrite: true });
  assert.ok((await listArchive(file)).length > 0);
  assert.deepEqual(scratch.names(), ["a", "a2", "tree"]);
});

Deno.test("after an error or an abort nothing of an archive is left", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await Deno.writeFile(`${tree}/large`, new Uint8Array(5_000_000).map((_, at) => at * 7919 >> 3));
  for (const compression of ["zst", "xz", "none"] as const) {
    const failing = packArchive(`${scratch.path}/a`, compression, async (writer) => {
      await writer.addTree(tree, "home");
      throw new Error("something else went wrong");
    });
    await refused(failing, "cannot-write");
    const controller = new AbortController();
    const aborted = packArchive(
      `${scratch.path}/a`,
      compression,
      (writer) => writer.addTree(tree, "home", { onProgress: () => controller.abort() }),
      { signal: controller.signal },
    );
    await assert.rejects(aborted, { name: "AbortError" });
    assert.deepEqual(scratch.names(), ["tree"], compression);
  }
});

Deno.test("what one letter fills is too much for a reader by default, and not where it is ours", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  const letters = new Uint8Array(2 ** 20).fill(97);
  using file = await Deno.open(`${tree}/letters`, { write: true, create: true });
  for (let n = 0; n < 120; n++) await file.write(letters);
  for (const compression of ["zst", "xz"] as const) {
    const archive = `${scratch.path}/a.${compression}`;
    assert.ok(isLarge(await packArchive(archive, compression, fill(tree))));
    const { hints } = await refused(extractArchive(archive, `${scratch.path}/${compression}`), "too-large");
    assert.match(hints.join(), /--any-size/);
    const report = await extractArchive(archive, `${scratch.path}/${compression}`, { limits: OWN_LIMITS });
    assert.ok(report.verified && report.bytes > 120 * 2 ** 20);
  }
});

Deno.test("more than a reader takes is refused while it is written", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  for (let n = 0; n < 20; n++) await Deno.writeTextFile(`${tree}/${n}`, "0123456789");
  const pack = (limits: Record<string, number>) =>
    packArchive(`${scratch.path}/a`, "none", fill(tree), { limits });
  for (const limits of [{ entries: 15 }, { bytes: 150 }]) {
    const { message, hints } = await refused(pack(limits), "too-large");
    assert.match(message, /^Cannot write .*: there (is|are) more than /);
    assert.match(hints.join(), /Leave something out/);
  }
  assert.deepEqual(scratch.names(), ["tree"]);
  assert.equal((await pack({ entries: 23, bytes: 10_000 })).files, 21);
  assert.equal(
    (await listArchive(`${scratch.path}/a`, { limits: { entries: 23, bytes: 10_000 } })).length,
    22,
  );
});

Deno.test("unpacking needs a name that is free, and leaves nothing of what it cannot finish", async () => {
  await using scratch = new Scratch();
  const tree = await folder(scratch, "tree");
  await makeTree(tree);
  await packArchive(`${scratch.path}/a`, "zst", fill(tree));
  await refused(extractArchive(`${scratch.path}/a`, tree), "exists");
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: () => controller.abort() };
  await assert.rejects(extractArchive(`${scratch.path}/a`, `${scratch.path}/out`, options));
  assert.deepEqual(scratch.names(), ["a", "tree"]);
});

/** A random tree: what to make, in order. */
interface Made {
  readonly name: Uint8Array;
  readonly what: "file" | "folder" | "symlink" | "sparse" | "hardlink" | "up";
  readonly mode: number;
  readonly size: number;
  readonly seconds: number;
  readonly nanos: number;
}

const name = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ minLength: 1, maxLength: 12, min: 1 }),
  fc.integer({ min: 90, max: 250 }).map((length) => new Uint8Array(length).fill(110)),
).filter((bytes) =>
  bytes.length < 250 && !bytes.includes(47) && !bytes.includes(0) &&
  !/^\.\.?$/.test(String.fromCharCode(...bytes))
);
const made = fc.record<Made>({
  name,
  what: fc.constantFrom("file", "file", "folder", "symlink", "sparse", "hardlink", "up"),
  mode: fc.integer({ min: 0, max: 0o777 }).map((mode) => mode | 0o400),
  size: fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 4096, 1_048_576), fc.nat(5000)),
  seconds: fc.integer({ min: -1000, max: 4_000_000_000 }),
  nanos: fc.nat(999_999_999),
});

function build(root: string, all: readonly Made[]): void {
  const c = libc();
  const way = [c.open(HERE, cName(root), Open.READ | Open.FOLDER)];
  let last: { folder: number; name: Uint8Array<ArrayBuffer> } | undefined;
  for (const { name, what, mode, size, seconds, nanos } of all) {
    const folder = way.at(-1)!;
    const raw = Uint8Array.from([...name, 0]);
    if (what === "up") {
      if (way.length > 1) c.close(way.pop()!);
      last = undefined;
    } else if (what === "folder") {
      if (c.mkdir(folder, raw, 0o700) === 0) way.push(c.open(folder, raw, Open.READ | Open.FOLDER));
      last = undefined;
    } else if (what === "symlink") c.symlink(Uint8Array.from([...name.toReversed(), 0]), folder, raw);
    else if (what === "hardlink") {
      if (last) c.link(last.folder, last.name, folder, raw);
    } else {
      const fd = c.open(folder, raw, Open.WRITE | Open.CREATE | Open.EXCLUSIVE, 0o600);
      if (fd < 0) continue;
      c.write(fd, new Uint8Array(size).map((_, at) => at + seconds));
      if (what === "sparse") {
        c.seek(fd, size + 100_000, 0);
        c.write(fd, name.slice());
        c.truncate(fd, size + 200_000);
      }
      c.chmod(fd, mode);
      const time = BigInt64Array.of(BigInt(seconds), BigInt(nanos), BigInt(seconds), BigInt(nanos));
      c.utimens(fd, new Uint8Array(time.buffer));
      c.close(fd);
      last = { folder, name: raw };
    }
  }
  for (const fd of way) c.close(fd);
}

Deno.test("any tree comes back as it was, through us and through GNU tar", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(made, { maxLength: 25 }),
      fc.constantFrom<Compression>("zst", "none"),
      async (all, compression) => {
        await using scratch = new Scratch();
        const tree = await folder(scratch, "tree");
        build(tree, all);
        const before = await listing(tree);
        await packArchive(`${scratch.path}/a`, compression, (writer) => writer.addTree(tree, "home"));
        const report = await extractArchive(`${scratch.path}/a`, `${scratch.path}/out`);
        assert.ok(report.verified);
        assert.deepEqual(await listing(`${scratch.path}/out/home`), before.map(withoutOthersWrite));
        await folder(scratch, "tar");
        const words = compression === "zst" ? ["--zstd"] : [];
        await system("tar", "-C", `${scratch.path}/tar`, ...words, "-xpf", `${scratch.path}/a`);
        assert.deepEqual(await listing(`${scratch.path}/tar/home`), before);
      },
    ),
    { numRuns: 40 },
  );
});

/** A line of a listing as it is when an archive was unpacked. */
function withoutOthersWrite(line: string): string {
  return line.replace(
    /^([^]*? \| [fd] \| )([0-7]+)( \| )/,
    (_, start, mode, end) => `${start}${(parseInt(mode, 8) & ~DROPPED).toString(8)}${end}`,
  );
}

async function folder(scratch: Scratch, name: string): Promise<string> {
  await Deno.mkdir(`${scratch.path}/${name}`, { mode: 0o755 });
  return `${scratch.path}/${name}`;
}
