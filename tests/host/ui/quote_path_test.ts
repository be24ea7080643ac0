import assert from "node:assert/strict";
import { cannot } from "../../../lib/host/store.ts";
import { quotePath } from "../../../lib/host/ui/quote_path.ts";
import { openFolder } from "../../../lib/host/tree/folder.ts";
import { inFolder } from "../../support/trees.ts";

Deno.test("a path through a handle is shown as what the handle is on, quoted; any other as it is", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/two words`);
    using folder = openFolder(`${root}/two words`);
    const real = await Deno.realPath(root);
    assert.equal(quotePath(folder.path), `'${real}/two words'`);
    assert.equal(quotePath(`${folder.path}/a/b`), `'${real}/two words/a/b'`);
    assert.equal(quotePath(`${root}/x`), `${root}/x`);
    assert.equal(quotePath("/proc/self/fd/x"), "/proc/self/fd/x");
    assert.equal(quotePath("/proc/self/fd/999999/x"), "/proc/self/fd/999999/x");
    const { message } = cannot(
      "write",
      `${folder.path}/a`,
      new Error(`It failed: open '${folder.path}/a.tmp'`),
    );
    assert.equal(message, `Cannot write '${real}/two words/a': It failed`);
  }));
