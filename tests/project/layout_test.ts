import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ignoredEntries, isWithin, modeLayout, projectFolders } from "../../lib/project/layout.ts";

const box = "/d/boxes/n";
for (
  const [mode, layout, metadata, home, vault] of [
    ["default", "simple", box, "/p/.shell", "/p/vault"],
    ["default", "default", box, `${box}/shell`, "/p/vault"],
    ["default", "robust", box, `${box}/shell`, `${box}/vault`],
    ["workset", "simple", box, "/p/.shell", "/p/vault"],
    ["workset", "default", box, `${box}/shell`, "/r/vault/n"],
    ["workset", "robust", box, `${box}/shell`, "/r/vault/n"],
    ["standalone", "simple", "/p/.kanibako", "/p/.kanibako/shell", "/p/vault"],
    ["standalone", "default", "/p/.kanibako", "/p/.kanibako/shell", "/p/vault"],
    ["standalone", "robust", "/p/kanibako", "/p/shell", "/p/vault"],
  ] as const
) {
  Deno.test(`the folders of a ${mode} project with the ${layout} layout`, () => {
    deepStrictEqual(projectFolders({ mode, layout, path: "/p", box, worksetVault: "/r/vault/n" }), {
      metadata,
      home,
      vault,
    });
  });
}

Deno.test("each mode has its layout", () => {
  strictEqual(modeLayout("default"), "default");
  strictEqual(modeLayout("standalone"), "default");
  strictEqual(modeLayout("workset"), "robust");
});

Deno.test("what lies in the workspace is ignored, once", () => {
  const entries = (metadata: string, home: string) => ignoredEntries({ metadata, home }, "/p");
  deepStrictEqual(entries("/p/.kanibako", "/p/.kanibako/shell"), [".kanibako/"]);
  deepStrictEqual(entries("/p/kanibako", "/p/shell"), ["kanibako/", "shell/"]);
  deepStrictEqual(entries("/d/n", "/p/.shell"), [".shell/"]);
  deepStrictEqual(entries("/d/n", "/d/n/shell"), []);
});

Deno.test("isWithin goes by whole names", () => {
  strictEqual(isWithin("/a/b", "/a"), true);
  strictEqual(isWithin("/a", "/a"), true);
  strictEqual(isWithin("/ab", "/a"), false);
  strictEqual(isWithin("/a", "/"), true);
});
