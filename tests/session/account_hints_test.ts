import assert from "node:assert/strict";
import { reachableHint, rootHint } from "../../lib/session/account_hints.ts";

const OTHERS =
  "root:x:0:0::/root:/bin/bash\ndaemon:x:2000:1::/:/usr/sbin/nologin\nann:x:1004:1004::/home/ann:/bin/bash\n";
const ALONE = OTHERS.replace("ann:x:1004", "me:x:1003");

Deno.test({
  name: `H5: a box of a folder of root's is said to run as root${Deno.uid() === 0 ? "" : " (only for root)"}`,
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      assert.match(rootHint(folder, 0)!, /belongs to root, so the box runs as root of this machine/);
      assert.equal(rootHint(folder, 1000), undefined);
      await Deno.chown(folder, 1234, 1234);
      assert.equal(rootHint(folder, 0), undefined);
    } finally {
      await Deno.remove(folder);
    }
  },
});

Deno.test("H5: where sudo works, a folder that other people of the machine can reach is named, and a closed one is not", async () => {
  const above = await Deno.makeTempDir({ dir: "/tmp" });
  const folder = `${above}/app`;
  try {
    await Deno.mkdir(folder);
    await Deno.chmod(above, 0o755);
    await Deno.chmod(folder, 0o755);
    assert.match(reachableHint(folder, OTHERS, 1003)!, /Other users .* chmod o-x .*\/app, or .* strict/);
    // Nobody else is there, or services only.
    assert.equal(reachableHint(folder, ALONE, 1003), undefined);
    assert.equal(reachableHint(folder, "", 1003), undefined);
    await Deno.chmod(above, 0o750);
    assert.equal(reachableHint(folder, OTHERS, 1003), undefined);
    await Deno.chmod(above, 0o755);
    await Deno.chmod(folder, 0o750);
    assert.equal(reachableHint(folder, OTHERS, 1003), undefined);
  } finally {
    await Deno.remove(above, { recursive: true });
  }
});
