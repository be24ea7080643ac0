import assert from "node:assert/strict";
import { command, underPermissions } from "../support/trees.ts";
import { END, member, Scratch } from "./support.ts";

Deno.test("folders that nobody may enter are unpacked as they are, however deep, and what is in them too", async () => {
  for (const mode of [0o600, 0o400, 0o200, 0o000]) {
    await using scratch = new Scratch();
    const depth = 60;
    const folder = (n: number) => Array.from({ length: n }, () => "f").join("/");
    const members = Array.from(
      { length: depth },
      (_, n) => member({ path: `${folder(n + 1)}/`, type: "5", mode }),
    );
    // Another branch, to which the way leads up again and down.
    members.push(member({ path: `${folder(20)}/g/`, type: "5", mode }));
    members.push(member({ path: `${folder(depth)}/file`, body: "deep" }));
    members.push(member({ path: `${folder(depth)}/link`, type: "2", link: "file" }));
    const archive = scratch.file("a.tar", ...members, END);
    const shown = await underPermissions(
      ["extractArchive"],
      "../../lib/archive/extract.ts",
      `const { files, folders } = await extractArchive(${JSON.stringify(archive)}, root);
       console.log(files, folders);`,
      `${scratch.path}/out`,
    );
    assert.equal(shown, "1 61\n");
    const modes = new Set<number>();
    for (let at = `${scratch.path}/out/f`, n = 1; n <= depth; at += "/f", n++) {
      modes.add(Deno.statSync(at).mode! & 0o777);
      // The next one is looked at as its owner, who may do that.
      Deno.chmodSync(at, 0o700);
      if (n === 20) assert.equal(Deno.statSync(`${at}/g`).mode! & 0o777, mode);
    }
    assert.deepEqual([...modes], [mode]);
    assert.equal(await command("cat", `${scratch.path}/out/${folder(depth)}/link`), "deep");
  }
});
