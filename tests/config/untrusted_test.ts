import assert from "node:assert/strict";
import { readUntrusted } from "../../lib/config/approval.ts";
import { command, handlesIn, inFolder, underPermissions } from "../support/trees.ts";

const unsafe = { code: "unsafe-file" };

/** Puts something in the place of a name right after it was looked at, as a box could. */
async function swapping(
  path: string,
  swap: () => Promise<unknown>,
  test: () => Promise<void>,
): Promise<void> {
  const lstat = Deno.lstat;
  Deno.lstat = async (at) => {
    const info = await lstat(at);
    if (at === path) await swap();
    return info;
  };
  try {
    await test();
  } finally {
    Deno.lstat = lstat;
  }
}

Deno.test("a file that a box may have written is read when it is a file, of bounded size", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    assert.equal(await readUntrusted(path), undefined);
    await Deno.writeTextFile(path, "text \u00e9");
    assert.equal(await readUntrusted(path), "text \u00e9");
    assert.equal(await readUntrusted(path, 7), "text \u00e9");
    await assert.rejects(readUntrusted(path, 6), unsafe);
    await Deno.symlink(path, `${folder}/link`);
    await command("mkfifo", `${folder}/fifo`);
    for (const name of ["link", "fifo", ""]) await assert.rejects(readUntrusted(`${folder}/${name}`), unsafe);
    assert.equal(handlesIn(folder), 0);
  }));

Deno.test("what is put in its place while it is looked at is neither waited for nor read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeTextFile(`${folder}/secret`, "secret");
    await command("mkfifo", `${folder}/fifo`);
    await Deno.mkdir(`${folder}/folder`);
    await Deno.symlink(`${folder}/secret`, `${folder}/link`);
    const swaps: (() => Promise<unknown>)[] = [
      () => Deno.rename(`${folder}/fifo`, path),
      () => Deno.rename(`${folder}/link`, path),
      () => Deno.remove(path).then(() => Deno.rename(`${folder}/folder`, path)),
      () => Deno.rename(`${folder}/secret`, path),
      () => Deno.remove(path),
    ];
    for (const swap of swaps) {
      await Deno.remove(path, { recursive: true }).catch(() => {});
      await Deno.writeTextFile(path, "text");
      await swapping(path, swap, () => assert.rejects(readUntrusted(path), unsafe));
      assert.equal(handlesIn(folder), 0);
    }
    await Deno.writeTextFile(path, "text");
    await swapping(path, () => Promise.resolve(), async () => {
      assert.equal(await readUntrusted(path), "text");
    });
  }));

Deno.test("a file that we may not read is an error that says so", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "text", { mode: 0o000 });
    const shown = await underPermissions(
      ["readUntrusted"],
      "../../lib/config/approval.ts",
      `await readUntrusted(root + "/file").catch((error) => console.log(error.code, error.message));`,
      folder,
    );
    assert.equal(shown, `cannot-read Cannot read ${folder}/file: permission denied\n`);
  }));
