import assert from "node:assert/strict";
import { isHeldOpen, makeFifo } from "../../lib/host/fifo.ts";

Deno.test("makeFifo() makes a FIFO with the mode asked for, and fails where there is something already", async () => {
  const folder = await Deno.makeTempDir();
  await makeFifo(`${folder}/one`, 0o200);
  const info = await Deno.lstat(`${folder}/one`);
  assert.equal(info.isFifo, true);
  assert.equal((info.mode ?? 0) & 0o777, 0o200);
  await Deno.writeTextFile(`${folder}/two`, "x");
  await assert.rejects(makeFifo(`${folder}/two`, 0o600), { code: "cannot-write" });
  assert.equal(await Deno.readTextFile(`${folder}/two`), "x");
});

Deno.test("isHeldOpen tells a FIFO that is held from one that is not, and takes nothing out", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/fifo`;
  try {
    assert.equal(isHeldOpen(path), false);
    await makeFifo(path, 0o600);
    assert.equal(isHeldOpen(path), false);
    const held = await Deno.open(path, { read: true, write: true });
    assert.equal(isHeldOpen(path), true);
    await held.write(new TextEncoder().encode("so"));
    assert.equal(isHeldOpen(path), true);
    const buffer = new Uint8Array(8);
    assert.equal(await held.read(buffer), 2);
    assert.equal(new TextDecoder().decode(buffer.subarray(0, 2)), "so");
    held.close();
    assert.equal(isHeldOpen(path), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("isHeldOpen says no for what is no FIFO, and follows no link", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/file`, "");
    assert.equal(isHeldOpen(`${folder}/file`), false);
    await makeFifo(`${folder}/fifo`, 0o600);
    await Deno.symlink(`${folder}/fifo`, `${folder}/link`);
    using _held = await Deno.open(`${folder}/fifo`, { read: true, write: true });
    assert.equal(isHeldOpen(`${folder}/link`), false);
    assert.equal(isHeldOpen(`${folder}/fifo`), true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
