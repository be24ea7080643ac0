import assert from "node:assert/strict";
import { rootHint } from "../../lib/session/as_root.ts";

Deno.test({
  name: `H5: a box of a folder of root's is said to run as root${Deno.uid() === 0 ? "" : " (only for root)"}`,
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      assert.match((await rootHint(folder))!, /belongs to root, so the box runs as root of this machine/);
      assert.equal(await rootHint(folder, 1000), undefined);
      await Deno.chown(folder, 1234, 1234);
      assert.equal(await rootHint(folder), undefined);
    } finally {
      await Deno.remove(folder);
    }
  },
});
