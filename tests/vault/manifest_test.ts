import { deepStrictEqual, ok } from "node:assert/strict";
import { openFolder } from "../../lib/host/tree/folder.ts";
import { linesOf, readManifest, seal } from "../../lib/vault/checksums/manifest.ts";
import { selects } from "../../lib/vault/compare/select_paths.ts";

const NAMES = ["a", "ab", "with space", 'quote"d', "back\\slash", "line\nbreak", "umläut", "z"];

/** A folder with a manifest that is read in several pieces. */
async function withSealed(test: (folder: ReturnType<typeof openFolder>) => void): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const above of NAMES) {
      await Deno.mkdir(`${root}/content/${above}/inner`, { recursive: true });
      for (const name of NAMES) Deno.writeTextFileSync(`${root}/content/${above}/inner/${name}`, name);
      for (let file = 0; file < 500; file++) Deno.writeTextFileSync(`${root}/content/${above}/${file}`, "");
    }
    using folder = openFolder(root);
    using content = folder.open("content")!;
    seal(folder, [{ name: "content", folder: content }]);
    test(folder);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("of some paths a manifest and a tree give the very lines that all of it gives for them", async () => {
  await withSealed((folder) => {
    using content = folder.open("content")!;
    const all = [...readManifest(folder)];
    ok(Deno.statSync(`${folder.path}/manifest.jsonl`).size > 2 * 256 * 1024);
    const paths = NAMES.flatMap((above) => [
      above,
      `${above}/inner`,
      `${above}/7`,
      ...NAMES.map((name) => `${above}/inner/${name}`),
    ]);
    for (const asked of [...paths.map((path) => [path]), ["a/7", "z/inner/z"], ["not/there"]]) {
      const wanted = selects(asked);
      const isWanted = ({ path, kind }: { path: string; kind: string }) =>
        wanted(path, kind === "folder" ? "folder" : "file");
      const expected = all.filter(isWanted);
      deepStrictEqual([...readManifest(folder, asked)].filter(isWanted), expected);
      deepStrictEqual(
        [...linesOf({ name: "content", folder: content }, undefined, asked)],
        expected.map((line) => ({ ...line })),
      );
    }
  });
});

Deno.test("of one path not all of a manifest is taken apart", async () => {
  await withSealed((folder) => {
    ok([...readManifest(folder, ["a/7"])].length < [...readManifest(folder)].length);
  });
});
