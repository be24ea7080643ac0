import assert from "node:assert/strict";
import { isSubvolume } from "../../lib/host/btrfs.ts";
import { openFolder } from "../../lib/host/tree/folder.ts";
import { createProject } from "../../lib/project/create.ts";
import { runChange } from "../../lib/project/change/change.ts";
import { planDuplicate } from "../../lib/project/duplicate.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { planMove } from "../../lib/project/move.ts";
import { Sandbox } from "../config/support.ts";
import { onDisk, whyNoDisk } from "../support/disks.ts";

const not = await whyNoDisk("btrfs");

/** Whether the box's half of the vault is one, and what is in its file. */
async function look(path: string): Promise<[boolean, string]> {
  using folder = openFolder(`${path}/vault/rw`);
  return [isSubvolume(folder), await Deno.readTextFile(`${path}/vault/rw/deep/file`)];
}

for (const mode of ["default", "standalone"] as const) {
  Deno.test({
    name:
      `the copy of a ${mode} project, and one moved from elsewhere, has a subvolume to write where there are such`,
    ignore: not !== undefined,
    fn: () =>
      onDisk("btrfs", async (mounted) => {
        await using box = await Sandbox.make();
        const host = await box.open();
        const project = await createProject(host, { path: `${mounted}/app`, mode });
        await Deno.mkdir(`${mounted}/app/vault/rw/deep`, { mode: 0o750 });
        await Deno.writeTextFile(`${mounted}/app/vault/rw/deep/file`, "kept");
        await Deno.chmod(`${mounted}/app/vault/rw`, 0o711);
        await runChange(host, await planDuplicate(host, project, { cwd: mounted, path: `${mounted}/copy` }));
        assert.deepEqual(await look(`${mounted}/copy`), [true, "kept"]);
        assert.equal((await Deno.stat(`${mounted}/copy/vault/rw`)).mode! & 0o777, 0o711);

        const away = `${box.root}/work/away`;
        const copied = await locateProject(host, `${mounted}/copy`);
        await runChange(host, await planMove(host, copied, away, mounted));
        assert.deepEqual(await look(away), [false, "kept"]);
        const there = await locateProject(host, away);
        await runChange(host, await planMove(host, there, `${mounted}/back`, mounted));
        assert.deepEqual(await look(`${mounted}/back`), [true, "kept"]);
      }),
  });
}
