import assert from "node:assert/strict";
import fc from "fast-check";
import { extractArchive } from "../../lib/archive/extract.ts";
import { type ManifestEntry, verify } from "../../lib/archive/manifest.ts";
import { readArchive } from "../../lib/archive/read.ts";
import { type Compression, packArchive } from "../../lib/archive/write.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { END, join, listArchive, member, refused, Scratch } from "./support.ts";

/** A small archive with some of everything. */
async function makeArchive(scratch: Scratch, compression: Compression): Promise<Uint8Array> {
  const tree = `${scratch.path}/tree`;
  await Deno.mkdir(`${tree}/folder`, { recursive: true });
  await Deno.writeTextFile(`${tree}/folder/a`, "first content\n");
  await Deno.writeTextFile(`${tree}/folder/${"b".repeat(120)}`, "second\n".repeat(200));
  await Deno.link(`${tree}/folder/a`, `${tree}/link`);
  await Deno.symlink("folder/a", `${tree}/symlink`);
  const sparse = await Deno.open(`${tree}/sparse`, { write: true, create: true });
  await sparse.seek(100_000, Deno.SeekMode.Start);
  await sparse.write(new TextEncoder().encode("island"));
  await sparse.truncate(300_000);
  sparse.close();
  const file = `${scratch.path}/made`;
  await packArchive(file, compression, (writer) => writer.addTree(tree, "home"));
  await Deno.remove(tree, { recursive: true });
  const bytes = await Deno.readFile(file);
  await Deno.remove(file);
  return bytes;
}

/** Bytes with some text in place of another one of the same length, everywhere. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = bytes.slice();
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1)) {
    for (let i = 0; i < to.length; i++) copy[at + i] = to.charCodeAt(i);
  }
  return copy;
}

Deno.test("a changed byte of content is found and its file named", async () => {
  await using scratch = new Scratch();
  const sound = await makeArchive(scratch, "none");
  const changed = scratch.file("a", replaced(sound, "first content", "other content"));
  const error = await refused(extractArchive(changed, `${scratch.path}/out`), "bad-archive");
  assert.match(error.hints.join("\n"), /changed: home\/folder\/a$/m);
  assert.deepEqual(scratch.names(), ["a"]);
});

Deno.test("a missing and an added member are found and named", async () => {
  await using scratch = new Scratch();
  const sound = await makeArchive(scratch, "none");
  const manifest = sound.length - 1024 - Math.ceil(manifestLength(sound) / 512) * 512 -
    headerBlocks(sound) * 512;
  const added = scratch.file(
    "added",
    join(sound.subarray(0, manifest), member({ path: "home/more", body: "!" }), sound.subarray(manifest)),
  );
  const first = await refused(readArchive(added, () => {}), "bad-archive");
  assert.match(first.hints.join("\n"), /added: home\/more/);
  // The first member is the folder itself: its extended header of two blocks, and its own.
  const missing = scratch.file("missing", sound.subarray(3 * 512));
  const second = await refused(readArchive(missing, () => {}), "bad-archive");
  assert.match(second.hints.join("\n"), /missing: home$/m);
  const behind = scratch.file("behind", join(sound.subarray(0, -1024), member({ path: "more" }), END));
  await refused(readArchive(behind, () => {}), "unsafe-archive");
  const untouched = scratch.file("untouched", sound);
  assert.ok((await readArchive(untouched, () => {})).verified);
});

/** The length of the manifest, by the header in front of it. */
function manifestLength(archive: Uint8Array): number {
  return parseInt(
    new TextDecoder().decode(archive.subarray(manifestHeader(archive) + 124, manifestHeader(archive) + 135)),
    8,
  );
}

function manifestHeader(archive: Uint8Array): number {
  const name = new TextEncoder().encode("kanibako-manifest.jsonl\0");
  for (let at = archive.length - 1024; at >= 0; at -= 512) {
    if (name.every((byte, offset) => archive[at + offset] === byte)) return at;
  }
  assert.fail("there is no manifest");
}

/** Its header, and the extended one in front of it for its time. */
function headerBlocks(archive: Uint8Array): number {
  return archive[manifestHeader(archive) - 1024 + 156] === "x".charCodeAt(0) ? 3 : 1;
}

Deno.test("what differs from a manifest is distinguished: added, missing, changed", () => {
  const entry = (path: string, size = 1): ManifestEntry => ({
    path,
    kind: "file",
    size,
    mode: 0o600,
    sha256: "x",
  });
  assert.deepEqual(verify([entry("a"), entry("b"), entry("c")], [entry("c"), entry("b", 2), entry("d")]), {
    added: ["d"],
    missing: ["a"],
    changed: ["b"],
  });
  assert.deepEqual(verify([entry("a")], [entry("a")]), { added: [], missing: [], changed: [] });
});

Deno.test("an archive cut off anywhere is refused", async () => {
  for (const compression of ["none", "zst", "xz"] as const) {
    await using scratch = new Scratch();
    const sound = await makeArchive(scratch, compression);
    const step = compression === "none" ? 511 : Math.ceil(sound.length / 12);
    for (let length = 0; length < sound.length; length += step) {
      const file = scratch.file("cut", sound.subarray(0, length));
      await refused(extractArchive(file, `${scratch.path}/out`), "bad-archive");
      assert.deepEqual(scratch.names(), ["cut"]);
    }
    assert.ok((await extractArchive(scratch.file("whole", sound), `${scratch.path}/out`)).verified);
  }
});

Deno.test("something behind the end of an archive is refused, but for the zeros of a tape", async () => {
  await using scratch = new Scratch();
  const sound = await makeArchive(scratch, "none");
  const sure = scratch.file("padded", sound, new Uint8Array(10240));
  assert.ok((await readArchive(sure, () => {})).verified);
  await refused(
    readArchive(scratch.file("garbage", sound, new TextEncoder().encode("x")), () => {}),
    "bad-archive",
  );
  await refused(readArchive(scratch.file("zeros", sound, new Uint8Array(2 ** 21)), () => {}), "too-large");
  for (const compression of ["zst", "xz"] as const) {
    const packed = await makeArchive(scratch, compression);
    const file = scratch.file(compression, packed, new TextEncoder().encode("garbage behind it"));
    await refused(readArchive(file, () => {}), "bad-archive");
  }
});

Deno.test("what is no archive is refused with a reason, and a FIFO or a device is not waited for", async () => {
  await using scratch = new Scratch();
  await refused(readArchive(scratch.file("empty"), () => {}), "bad-archive");
  await refused(
    readArchive(scratch.file("text", new TextEncoder().encode("hello\n".repeat(500))), () => {}),
    "bad-archive",
  );
  await refused(
    readArchive(scratch.file("bz2", new TextEncoder().encode("BZh91AY")), () => {}),
    "bad-archive",
  );
  await refused(readArchive(`${scratch.path}/none`, () => {}), "cannot-read");
  await refused(readArchive(scratch.path, () => {}), "cannot-read");
  await refused(readArchive("/dev/zero", () => {}), "cannot-read");
  await new Deno.Command("mkfifo", { args: [`${scratch.path}/fifo`] }).output();
  await refused(readArchive(`${scratch.path}/fifo`, () => {}), "cannot-read");
});

Deno.test("a manifest of another version is refused as such", async () => {
  await using scratch = new Scratch();
  const sound = await makeArchive(scratch, "none");
  const file = scratch.file("a", replaced(sound, '{"kanibako-manifest":1}', '{"kanibako-manifest":2}'));
  const error = await refused(readArchive(file, () => {}), "bad-archive");
  assert.match(error.message, /version/);
});

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  how: fc.constantFrom("flip", "zero", "insert", "remove", "copy"),
  value: fc.integer({ min: 0, max: 255 }),
  length: fc.integer({ min: 1, max: 600 }),
});

/** Damages bytes, as an accident or an attacker would. */
function damage(
  bytes: Uint8Array,
  changes: readonly { at: number; how: string; value: number; length: number }[],
): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (const { at, how, value, length } of changes) {
    const offset = Math.floor(at * result.length);
    if (how === "flip") result[offset] = (result[offset] ?? 0) ^ (value || 1);
    else if (how === "zero") result.fill(value & 1 ? 0 : value, offset, offset + length);
    else if (how === "insert") {
      result = join(result.subarray(0, offset), new Uint8Array(length).fill(value), result.subarray(offset));
    } else if (how === "remove") result = join(result.subarray(0, offset), result.subarray(offset + length));
    else result = join(result.subarray(0, offset), result.subarray(0, length), result.subarray(offset));
  }
  return result;
}

/** Makes the checksums of headers right again, so that what is behind them is reached. */
function repaired(archive: Uint8Array): Uint8Array {
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512);
    if (String.fromCharCode(...block.subarray(257, 262)) !== "ustar") continue;
    block.fill(32, 148, 156);
    const sum = block.reduce((all, byte) => all + byte, 0);
    block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  }
  return archive;
}

for (const compression of ["none", "zst"] as const) {
  Deno.test(`a damaged archive never writes outside its folder, nor stays there unless it is whole (${compression})`, async () => {
    await using scratch = new Scratch();
    const sound = await makeArchive(scratch, compression);
    await Deno.mkdir(`${scratch.path}/in`);
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (changes, repair) => {
          const bytes = damage(sound, changes);
          const file = scratch.file("in/damaged", repair && compression === "none" ? repaired(bytes) : bytes);
          try {
            await extractArchive(file, `${scratch.path}/in/out`, { needsManifest: true });
            await Deno.remove(`${scratch.path}/in/out`, { recursive: true });
          } catch (error) {
            assert.ok(error instanceof KanibakoError, String(error));
            refusals++;
          }
          assert.deepEqual(scratch.names(), ["in"]);
          assert.deepEqual([...Deno.readDirSync(`${scratch.path}/in`)].map(({ name }) => name), ["damaged"]);
        },
      ),
      { numRuns: compression === "none" ? 300 : 60 },
    );
    assert.ok(refusals > 0);
    assert.ok((await listArchive(scratch.file("in/sound", sound))).length > 0);
  });
}
