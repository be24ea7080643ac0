import assert from "node:assert/strict";
import { makeSubvolume } from "../../../lib/host/btrfs.ts";
import { pause } from "../../../lib/host/timer.ts";
import { openFolder } from "../../../lib/host/tree/folder.ts";
import { removeTree } from "../../../lib/host/tree/remove.ts";
import { landWork } from "../../../lib/hub/work/land.ts";
import { undoLand } from "../../../lib/hub/work/undo.ts";
import { makeWorkspace } from "../../../lib/hub/work/workspace.ts";
import { type Disk, onDisk, whyNoDisk } from "../../support/disks.ts";
import { command } from "../../support/trees.ts";
import { lines, read, write } from "./support.ts";

const FILES = { "a": "a\n".repeat(5000), "d/b": "b\n".repeat(5000), "own/settings": "x\n" };

/** A helper's work from its beginning to what lands and is taken back; what is kept lies on another disk. */
async function work(mounted: string, beside: string, how: string): Promise<void> {
  const [parent, workspace] = [`${mounted}/parent`, `${mounted}/workspace`];
  await write(parent, FILES);
  await command("mkfifo", `${parent}/pipe`);
  await pause(150);
  const folders = {
    parent,
    workspace,
    record: `${beside}/fork`,
    undo: `${beside}/landed`,
    keepOut: "none",
  } as const;
  const made = await makeWorkspace({
    kind: "copy",
    from: parent,
    to: workspace,
    record: folders.record,
    exclude: ["own"],
    number: 1,
  });
  assert.equal(made.how, how);
  assert.deepEqual(Object.keys(await read(workspace)), ["a", "d/b"]);
  assert.deepEqual(await lines(folders), []);
  await write(workspace, { "a": "A\n", "new/x": "x\n" });
  await Deno.remove(`${workspace}/d/b`);
  await write(parent, { "d/own": "of the parent\n" });
  await Deno.remove(`${parent}/pipe`);
  const before = await read(parent);
  assert.deepEqual(await lines(folders), ["changed a", "removed d/b", "added new", "added new/x"]);
  await landWork(folders);
  assert.deepEqual(await read(parent), {
    "a": "A\n",
    "d/own": "of the parent\n",
    "new/x": "x\n",
    "own/settings": "x\n",
  });
  await undoLand(folders);
  assert.deepEqual(await read(parent), before);
  await write(parent, { "a": "P\n" });
  assert.deepEqual((await lines(folders))[0], "conflicting a");
  await removeTree(workspace);
}

for (
  const [disk, how] of [["xfs", "reflink"], ["ext4", "copied"], ["btrfs", "reflink"]] as [Disk, string][]
) {
  const not = await whyNoDisk(disk);
  if (not !== undefined) console.log(`not on ${disk}: ${not}`);
  Deno.test({
    name: `a helper's work on ${disk} is ${how}, and lands from a disk on which nothing is kept`,
    ignore: not !== undefined,
    fn: () => onDisk(disk, (mounted, beside) => work(mounted, beside, how), 400 * 2 ** 20),
  });
}

const not = await whyNoDisk("btrfs");
Deno.test({
  name: "a subvolume is copied by a snapshot, without what is not for its box and what is no file",
  ignore: not !== undefined,
  fn: () =>
    onDisk("btrfs", async (mounted, beside) => {
      {
        using top = openFolder(mounted);
        assert.ok(makeSubvolume(top, "parent"));
      }
      await work(mounted, beside, "btrfs");
    }),
});
