import assert from "node:assert/strict";
import { makeSubvolume, snapshotSubvolume } from "../../lib/host/btrfs.ts";
import { openFolder } from "../../lib/host/tree/folder.ts";
import { removeTree } from "../../lib/host/tree/remove.ts";
import { onDisk, whyNoDisk } from "../support/disks.ts";
import { command } from "../support/trees.ts";

const not = await whyNoDisk("btrfs");

Deno.test({
  name:
    "a tree with read-only subvolumes in it, and one that is one, are removed; a mounted one is not even changed",
  ignore: not !== undefined,
  fn: () =>
    onDisk("btrfs", async (mounted) => {
      await Deno.mkdir(`${mounted}/tree/d`, { recursive: true });
      using top = openFolder(mounted);
      {
        using folder = openFolder(`${mounted}/tree/d`);
        assert.ok(makeSubvolume(folder, "own"));
        await Deno.mkdir(`${mounted}/tree/d/own/inner`);
        await Deno.writeTextFile(`${mounted}/tree/d/own/inner/file`, "");
        await Deno.chmod(`${mounted}/tree/d/own`, 0o500);
        using own = folder.open("own")!;
        snapshotSubvolume(own, folder, "kept", { readOnly: true });
        snapshotSubvolume(own, top, "kept", { readOnly: true });
        snapshotSubvolume(own, top, "mounted", { readOnly: true });
      }
      await command("mount", "--bind", `${mounted}/mounted`, `${mounted}/mounted`);
      try {
        await assert.rejects(removeTree(`${mounted}/mounted`), { code: "is-mounted" });
      } finally {
        await command("umount", `${mounted}/mounted`);
      }
      await assert.rejects(Deno.writeTextFile(`${mounted}/mounted/x`, ""), /os error 30/);
      for (const name of ["tree", "kept", "mounted"]) await removeTree(`${mounted}/${name}`);
      assert.deepEqual([...Deno.readDirSync(mounted)], []);
    }),
});
