/** What an archive makes us keep in memory has a bound, however small its file is. */

import assert from "node:assert/strict";
import { extractArchive } from "../../lib/archive/extract.ts";
import { readArchive } from "../../lib/archive/read.ts";
import { END, member, refused, Scratch } from "./support.ts";

/** A path of nearly the longest kind, with room for a number. */
const far = `000000/${Array.from({ length: 15 }, () => "y".repeat(250)).join("/")}`;

/** Writes an archive of a member many times, each with another number in the place of `000000`. */
async function repeated(file: string, one: Uint8Array, count: number, ...last: Uint8Array[]): Promise<void> {
  const places: number[] = [];
  for (let at = 0; at + 6 < one.length; at++) {
    if (one.subarray(at, at + 7).every((byte, index) => byte === (index < 6 ? 48 : 47))) places.push(at);
  }
  assert.ok(places.length > 0);
  const gzip = new Deno.Command("gzip", { args: ["-1"], stdin: "piped", stdout: "piped" }).spawn();
  const target = await Deno.open(file, { write: true, create: true, truncate: true });
  const written = gzip.stdout.pipeTo(target.writable);
  const writer = gzip.stdin.getWriter();
  for (let n = 0; n < count; n += 100) {
    const piece = new Uint8Array(one.length * 100);
    for (let index = 0; index < 100; index++) {
      piece.set(one, index * one.length);
      const digits = new TextEncoder().encode(String(n + index).padStart(6, "0"));
      for (const at of places) piece.set(digits, index * one.length + at);
    }
    await writer.write(piece);
  }
  for (const bytes of last) await writer.write(bytes);
  await writer.close();
  await written;
  assert.ok((await gzip.status).success);
}

Deno.test("links to what is not unpacked are collected up to a limit, and none of it stays", async () => {
  await using scratch = new Scratch();
  const link = member({ path: "content/x", type: "1", link: "short", pax: { linkpath: far } });
  await repeated(`${scratch.path}/a.tar.gz`, link, 36_000, END);
  assert.ok((await Deno.stat(`${scratch.path}/a.tar.gz`)).size < 2 ** 22);
  const work = extractArchive(`${scratch.path}/a.tar.gz`, `${scratch.path}/out`, { strip: "content" });
  assert.match((await refused(work, "too-large")).message, /into memory/);
  assert.deepEqual(scratch.names(), ["a.tar.gz"]);
});

Deno.test("a link to what an archive does not hold is reported with no more of its path than fits a message", async () => {
  await using scratch = new Scratch();
  const file = scratch.file(
    "a.tar",
    member({ path: "content/x", type: "1", link: "short", pax: { linkpath: far } }),
    END,
  );
  const error = await refused(
    extractArchive(file, `${scratch.path}/out`, { strip: "content" }),
    "unsafe-archive",
  );
  assert.match(error.message, /"x" leads to "000000\/y+\.\.\."/);
  assert.ok(error.message.length < 600, error.message);
});

Deno.test("what differs from a manifest is named up to so many entries; above, the archive is refused all the same", async () => {
  await using scratch = new Scratch();
  const manifest = member({ path: "kanibako-manifest.jsonl", body: '{"kanibako-manifest":1}\n' });
  const one = member({ path: "short", pax: { path: far } });
  for (const [count, named] of [[100, true], [20_000, false]] as const) {
    await repeated(`${scratch.path}/a.tar.gz`, one, count, manifest, END);
    const error = await refused(readArchive(`${scratch.path}/a.tar.gz`, () => {}), "bad-archive");
    assert.equal(error.hints.some((hint) => /added: /.test(hint)), named, `${count}`);
  }
});
