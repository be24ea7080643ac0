// Where a run is kept: a box belongs to one branch of one repository.

import assert from "node:assert/strict";
import { branchKept } from "../../../lib/app/run/keep.ts";
import { keptBox, writeKept } from "../../../lib/app/run/kept.ts";
import { scratchRoot } from "../../../lib/app/scratch.ts";
import { TestUser } from "../../rig/world.ts";

async function git(cwd: string, ...args: string[]) {
  const { success } = await new Deno.Command("git", { args, cwd, stdout: "null", stderr: "null" }).output();
  assert.ok(success, args.join(" "));
}

Deno.test("run --branch: another repository, or another branch, that is only called alike gets a box of its own", async () => {
  await using user = await TestUser.create();
  const { host } = user;
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    const [one, other] = [`${root}/one/api`, `${root}/other/api`] as const;
    for (const folder of [one, other]) {
      await Deno.mkdir(folder, { recursive: true });
      await git(folder, "init", "-q", "-b", "fix/12");
    }
    const { keep, earlier } = await branchKept(host, one, "auto");
    assert.deepEqual([keep.name, earlier], ["api-fix-12", undefined]);
    const id = "scratch-1";
    await Deno.mkdir(`${scratchRoot(host)}/${id}`, { recursive: true });
    await writeKept(host, {
      ...keep,
      id,
      image: "i",
      from: "f",
      engine: "podman",
      workspace: one,
      command: ["true"],
      code: 0,
      flags: {},
      createdAtMs: 0,
      narrowing: { network: "none", cpus: 1 },
    });
    const again = await branchKept(host, one, "auto");
    assert.deepEqual([again.keep, again.earlier?.id], [keep, id]);
    assert.deepEqual((await keptBox(host, keep.name))?.narrowing, { network: "none", cpus: 1 });

    // The same words in another folder, an empty folder in its place, and a branch that is written otherwise.
    const names = new Set<string>();
    const isAnother = async (cwd: string, mounted: "auto" | "none") => {
      const { keep, earlier } = await branchKept(host, cwd, mounted);
      assert.equal(earlier, undefined);
      assert.match(keep.name, /^api-fix-12-[0-9a-f]{8}$/);
      names.add(keep.name);
    };
    await isAnother(other, "auto");
    await isAnother(one, "none");
    await git(one, "symbolic-ref", "HEAD", "refs/heads/fix-12");
    await isAnother(one, "auto");
    assert.equal(names.size, 3);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
