// A copy with --force replaces one folder, and never empties what is mounted in its place.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

Deno.test("box cp --force replaces a folder, and leaves one alone that the box has from elsewhere", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const elsewhere = `${user.home}/elsewhere`;
  for (const name of ["workspace", "share-rw", "plain"]) {
    await Deno.mkdir(`${elsewhere}/${name}`, { recursive: true });
    await Deno.writeTextFile(`${elsewhere}/${name}/new`, "new");
  }
  await Deno.writeTextFile(`${cwd}/kept`, "kept");
  await user.ok(["create"], { cwd });
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const inside = (script: string) => user.ok(["shell", "--", "sh", "-c", script], { cwd });
  await inside("echo kept >~/share-rw/kept; mkdir ~/plain; touch ~/plain/old");
  for (const name of ["workspace", "share-rw"]) {
    const refused = await user.run(["box", "cp", `${elsewhere}/${name}`, ":~", "--force"], { cwd });
    assert.deepEqual(
      [name, refused.code, /is mounted at/.test(refused.stderr)],
      [name, 1, true],
      refused.stderr,
    );
  }
  assert.equal(await Deno.readTextFile(`${cwd}/kept`), "kept");
  assert.equal(await inside("cat ~/share-rw/kept"), "kept\n");
  await user.ok(["box", "cp", `${elsewhere}/plain`, ":~", "--force"], { cwd });
  assert.equal(await inside("ls -A ~/plain; ls -A ~ | grep -c kanibako-; true"), "new\n0\n");
  await Deno.remove(`${elsewhere}/plain/new`);
  await user.ok(["box", "cp", ":~/plain", elsewhere, "--force"], { cwd });
  assert.equal(await Deno.readTextFile(`${elsewhere}/plain/new`), "new");
  assert.equal([...Deno.readDirSync(elsewhere)].length, 3);
  await user.ok(["stop"], { cwd });
});
