import assert from "node:assert/strict";
import { makeFifo } from "../../lib/host/fifo.ts";

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
