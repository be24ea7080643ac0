import assert from "node:assert/strict";
import { hashFile } from "../../../lib/host/tree/hash.ts";
import { walkTree } from "../../../lib/host/tree/walk.ts";
import { command, inFolder } from "../../support/trees.ts";

function hashes(folder: string): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  walkTree(folder, (entry) => {
    if (entry.kind === "file") found[entry.path] = hashFile(folder, entry);
  });
  return found;
}

Deno.test("a small file's checksum is what sha256sum says, a large one's the same with or without its holes", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/small`, "some text");
    await Deno.writeTextFile(`${folder}/empty`, "");
    await command("truncate", "-s", "100M", `${folder}/holes`);
    {
      using file = await Deno.open(`${folder}/holes`, { write: true });
      for (const at of [5, 70_000_000, 104_857_599]) {
        await file.seek(at, Deno.SeekMode.Start);
        await file.write(new Uint8Array([at % 251]));
      }
    }
    await command("cp", "--sparse=never", `${folder}/holes`, `${folder}/dense`);
    await command("cp", "--sparse=always", `${folder}/holes`, `${folder}/other`);
    {
      using file = await Deno.open(`${folder}/other`, { write: true });
      await file.seek(70_000_001, Deno.SeekMode.Start);
      await file.write(new Uint8Array([1]));
    }
    const found = hashes(folder);
    for (const name of ["small", "empty"]) {
      assert.equal(found[name], (await command("sha256sum", `${folder}/${name}`)).split(" ")[0]);
    }
    assert.match(found["holes"]!, /^blocks-[0-9a-f]{64}$/);
    assert.equal(found["dense"], found["holes"]);
    assert.notEqual(found["other"], found["holes"]);
  }));

Deno.test("a hole of a terabyte takes no time, and its length counts", () =>
  inFolder(async (folder) => {
    await command("truncate", "-s", "1T", `${folder}/one`);
    await command("truncate", "-s", "1000G", `${folder}/other`);
    const { one, other } = hashes(folder);
    assert.notEqual(one, other);
  }));
