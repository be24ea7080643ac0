import assert from "node:assert/strict";
import { marksOf, replacedError, replacedNote, replacedSince } from "../../lib/run/mounted.ts";

Deno.test("C39: a folder or file that took another's place is known by what it is, not by its path", async () => {
  const base = await Deno.makeTempDir({ prefix: "kanibako-mounted-" });
  try {
    const [folder, moved, file] = [`${base}/p`, `${base}/p.old`, `${base}/rules`];
    await Deno.mkdir(folder);
    await Deno.writeTextFile(file, "one");
    const mounted = marksOf([folder, file, `${base}/nothing`]);
    assert.deepEqual(Object.keys(mounted), [folder, file]);
    assert.deepEqual(replacedSince({ mounted }), []);
    assert.deepEqual(replacedSince({}), []);
    // What is in them, and what they are called for a while, does not count.
    await Deno.writeTextFile(`${folder}/new`, "");
    await Deno.writeTextFile(file, "two");
    await Deno.rename(folder, moved);
    assert.deepEqual(replacedSince({ mounted }), [{ path: folder, kind: "folder", gone: true }]);
    await Deno.rename(moved, folder);
    assert.deepEqual(replacedSince({ mounted }), []);
    await Deno.rename(folder, moved);
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${file}.new`, "three");
    await Deno.rename(`${file}.new`, file);
    const found = replacedSince({ mounted });
    assert.deepEqual(found, [
      { path: folder, kind: "folder", gone: false },
      { path: file, kind: "file", gone: false },
    ]);
    assert.match(
      replacedError("g", found[0]!).message,
      /The box g is running on a folder that is no longer here/,
    );
    assert.match(replacedError("g", found[0]!).hints.join(), /kanibako stop g/);
    assert.match(replacedNote("g", found[1]!), /still has the earlier file .*rules/);
    // A link to the same folder is the same folder.
    await Deno.remove(folder);
    await Deno.symlink(moved, folder);
    assert.deepEqual(replacedSince({ mounted }).map(({ path }) => path), [file]);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
