import assert from "node:assert/strict";
import { areAsNoted, stampsOf } from "../../lib/config/stamps.ts";

Deno.test("files are as they were noted until one is written, made, replaced or removed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [file, missing] = [`${folder}/a.toml`, `${folder}/b.toml`];
    await Deno.writeTextFile(file, "a = 1\n");
    let noted = stampsOf([file, missing]);
    assert.equal(areAsNoted(noted), true);
    await Deno.writeTextFile(missing, "");
    assert.equal(areAsNoted(noted), false);
    noted = stampsOf([file, missing]);
    assert.equal(areAsNoted(noted), true);
    // Of the same size and time, as a copy may be: it is another file.
    const { mtime } = await Deno.stat(file);
    await Deno.writeTextFile(`${folder}/new`, "a = 2\n");
    await Deno.utime(`${folder}/new`, mtime!, mtime!);
    await Deno.rename(`${folder}/new`, file);
    assert.equal(areAsNoted(noted), false);
    noted = stampsOf([file, missing]);
    await Deno.remove(missing);
    assert.equal(areAsNoted(noted), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
