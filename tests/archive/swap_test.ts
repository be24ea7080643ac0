import assert from "node:assert/strict";
import { packArchive } from "../../lib/archive/write.ts";
import { listArchive, Scratch } from "./support.ts";

for (const compression of ["zst", "xz", "none"] as const) {
  Deno.test(`a link put in the place of an unfinished ${compression} archive is not written through`, async () => {
    await using scratch = new Scratch();
    const kept = scratch.file("kept", new TextEncoder().encode("precious"));
    const folder = `${scratch.path}/workspace`;
    await Deno.mkdir(folder);
    const swapped: string[] = [];
    const swap = () => {
      for (const { name } of Deno.readDirSync(folder)) {
        Deno.removeSync(`${folder}/${name}`);
        Deno.symlinkSync(kept, `${folder}/${name}`);
        swapped.push(name);
      }
    };
    const packed = packArchive(`${folder}/a`, compression, async (writer) => {
      swap();
      // More than the program that compresses can take at once, and enough to need padding.
      for (let n = 0; n < 120; n++) await writer.addText(`${n}`, "x".repeat(2 ** 20));
    });
    await assert.rejects(packed, { code: "changed" });
    assert.equal(swapped.length, 1);
    assert.equal(await Deno.readTextFile(kept), "precious");
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
}

Deno.test("while nobody swaps anything, the folder holds the archive and nothing else", async () => {
  await using scratch = new Scratch();
  for (const compression of ["zst", "xz", "none"] as const) {
    await packArchive(`${scratch.path}/a`, compression, (writer) => writer.addText("one", "text"), {
      overwrite: true,
    });
    assert.deepEqual(scratch.names(), ["a"]);
    assert.deepEqual((await listArchive(`${scratch.path}/a`)).map(({ path }) => path), ["one"]);
  }
});

Deno.test("a FIFO in the place of an archive is refused, not waited for", async () => {
  await using scratch = new Scratch();
  const { success } = await new Deno.Command("mkfifo", { args: [`${scratch.path}/a`] }).output();
  assert(success);
  await assert.rejects(listArchive(`${scratch.path}/a`), { code: "cannot-read" });
});
