import assert from "node:assert/strict";
import { diskUse } from "../../../lib/host/tree/disk_use.ts";

Deno.test("the disk use of a tree counts what has several names once, follows no link, and is a lower bound where time runs out", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/a/b`, { recursive: true });
  await Deno.writeFile(`${root}/a/one`, new Uint8Array(100_000));
  await Deno.link(`${root}/a/one`, `${root}/a/b/two`);
  await Deno.symlink("/usr", `${root}/usr`);
  const all = diskUse(root, 10_000)!;
  assert.ok(all.whole && all.bytes >= 100_000 && all.bytes < 200_000, JSON.stringify(all));
  for (let at = 0; at < 600; at++) await Deno.writeTextFile(`${root}/a/b/${at}`, "");
  const some = diskUse(root, 0)!;
  assert.ok(!some.whole && some.bytes <= all.bytes + 600 * 4096, JSON.stringify(some));
  assert.equal(diskUse(`${root}/none`, 10_000), undefined);
  await Deno.remove(root, { recursive: true });
});
