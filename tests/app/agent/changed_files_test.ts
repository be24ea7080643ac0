import assert from "node:assert/strict";
import { changedFiles, lookAtFiles } from "../../../lib/app/agent/changed_files.ts";

Deno.test("the files that were added, changed and removed are named, and nothing of git's own", async () => {
  const root = await Deno.makeTempDir();
  try {
    const write = (path: string, text: string) => Deno.writeTextFile(`${root}/${path}`, text);
    for (const folder of [".git", "src", "sub/.git"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    for (const path of ["same", "src/a", "src/b", "script", ".git/index", "sub/.git/HEAD"]) {
      await write(path, "1");
    }
    const look = () =>
      lookAtFiles({ path: root, metadata: "/elsewhere", home: "/elsewhere", vault: undefined })!;
    const before = look();
    await write("src/a", "2");
    const { atime, mtime } = await Deno.stat(`${root}/same`);
    await Deno.remove(`${root}/src/b`);
    await write("src/c", "3");
    await Deno.chmod(`${root}/script`, 0o755);
    await Deno.symlink("/etc/passwd", `${root}/link`);
    await write(".git/index", "2");
    await write("sub/.git/HEAD", "2");
    assert.deepEqual(changedFiles(before, look()), {
      files: [
        { path: "link", change: "added" },
        { path: "script", change: "changed" },
        { path: "src/a", change: "changed" },
        { path: "src/b", change: "removed" },
        { path: "src/c", change: "added" },
      ],
      more: 0,
    });
    // Another content of the same length, and the times put back.
    const again = look();
    await write("same", "9");
    await Deno.utime(`${root}/same`, atime!, mtime!);
    assert.deepEqual(changedFiles(again, look()).files, [{ path: "same", change: "changed" }]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("what this program keeps in a project is nothing that an agent changed", async () => {
  const path = await Deno.makeTempDir();
  try {
    for (const folder of [".kanibako/home", "vault/rw", "vault/.versions", "src"]) {
      await Deno.mkdir(`${path}/${folder}`, { recursive: true });
      await Deno.writeTextFile(`${path}/${folder}/file`, "");
    }
    const vault = { readOnly: `${path}/vault/ro`, readWrite: `${path}/vault/rw` };
    const look = lookAtFiles({ path, metadata: `${path}/.kanibako`, home: `${path}/.kanibako/home`, vault })!;
    assert.deepEqual([...look.keys()], ["src/file"]);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("a project that cannot be looked at has no changes that are known, and is no error", async () => {
  const root = await Deno.makeTempDir();
  const project = { path: root, metadata: "/elsewhere", home: "/elsewhere", vault: undefined };
  assert.deepEqual([...lookAtFiles(project)!], []);
  await Deno.remove(root);
  assert.equal(lookAtFiles(project), undefined);
});

Deno.test("of very many changed files some are named, and the others counted", () => {
  const after = new Map(Array.from({ length: 1500 }, (_, n) => [`f${String(n).padStart(4, "0")}`, "1"]));
  const { files, more } = changedFiles(new Map(), after);
  assert.deepEqual([files.length, files[0]?.path, more], [1000, "f0000", 500]);
});
