import assert from "node:assert/strict";
import { KanibakoError } from "../../../lib/host/error.ts";
import { type CopiedFile, copyTree } from "../../../lib/host/tree/copy.ts";
import { onDisk, whyNoDisk } from "../../support/disks.ts";
import { contents, inFolder, listing } from "../../support/trees.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;

async function makeSample(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/sub`, { recursive: true });
  await Deno.writeFile(`${folder}/large`, new Uint8Array(1 << 20).map((_, n) => n * 7));
  await Deno.writeTextFile(`${folder}/sub/small`, "small");
  await Deno.writeTextFile(`${folder}/sparse`, "start");
  await Deno.truncate(`${folder}/sparse`, 1 << 26);
  await Deno.link(`${folder}/sub/small`, `${folder}/again`);
  await Deno.symlink("sub/small", `${folder}/link`);
  await Deno.utime(`${folder}/large`, 1000.5, 2000.25);
}

for (const name of ["btrfs", "xfs"] as const) {
  const not = await whyNoDisk(name);
  Deno.test({
    name: `on ${name} a copy shares its content, and a change of either leaves the other${
      not ? ` (${not})` : ""
    }`,
    ignore: not !== undefined,
    fn: () =>
      onDisk(name, async (mounted, base) => {
        const from = `${mounted}/from`;
        await makeSample(from);
        const how = new Map<string, CopiedFile["how"]>();
        await copyTree(from, `${mounted}/to`, {
          reflink: "always",
          onFile: (file) => how.set(file.path, file.how),
        });
        assert.equal(how.get("large"), "cloned");
        assert.equal(how.get("sparse"), "cloned");
        assert.deepEqual(await listing(`${mounted}/to`), await listing(from));
        assert.equal(await contents(`${mounted}/to`), await contents(from));
        await Deno.writeTextFile(`${from}/large`, "changed");
        assert.equal((await Deno.readFile(`${mounted}/to/large`)).length, 1 << 20);

        const kinds = new Set<string>();
        await copyTree(from, `${mounted}/apart`, { reflink: "never", onFile: ({ how }) => kinds.add(how) });
        assert.deepEqual([...kinds].toSorted(), ["copied", "hard-link"]);
        assert.equal(await contents(`${mounted}/apart`), await contents(from));
        assert((await Deno.lstat(`${mounted}/apart/sparse`)).blocks! * 512 < 1 << 20);

        // Between two file systems nothing can be shared: copied there and back.
        await assert.rejects(copyTree(from, `${base}/always`, { reflink: "always" }), refused("no-reflink"));
        await copyTree(from, `${base}/out`);
        await copyTree(`${base}/out`, `${mounted}/back`);
        assert.deepEqual(await listing(`${mounted}/back`), await listing(from));
        assert.equal(await contents(`${mounted}/back`), await contents(from));
      }),
  });
}

const noExt4 = await whyNoDisk("ext4");
Deno.test({
  name: `a disk that fills up ends the copy with nothing left of it${noExt4 ? ` (${noExt4})` : ""}`,
  ignore: noExt4 !== undefined,
  fn: () =>
    onDisk("ext4", async (mounted, base) => {
      await Deno.mkdir(`${base}/from`);
      const block = crypto.getRandomValues(new Uint8Array(65536));
      using file = await Deno.open(`${base}/from/large`, { write: true, create: true });
      for (let n = 0; n < 6400; n++) await file.write(block);
      await assert.rejects(copyTree(`${base}/from`, `${mounted}/to`), refused("disk-full"));
      assert.deepEqual((await Array.fromAsync(Deno.readDir(mounted))).map(({ name }) => name), [
        "lost+found",
      ]);
      await Deno.remove(`${base}/from/large`);
      await Deno.writeTextFile(`${base}/from/small`, "x");
      assert.equal((await copyTree(`${base}/from`, `${mounted}/to`)).files, 1);
    }),
});

Deno.test("on a file system in memory a copy is the same, holes included", () =>
  inFolder(async (shm) => {
    await makeSample(`${shm}/from`);
    await copyTree(`${shm}/from`, `${shm}/to`);
    assert.deepEqual(await listing(`${shm}/to`), await listing(`${shm}/from`));
    assert.equal(await contents(`${shm}/to`), await contents(`${shm}/from`));
    assert((await Deno.lstat(`${shm}/to/sparse`)).blocks! * 512 < 1 << 20);
  }, "/dev/shm"));
