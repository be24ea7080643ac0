import assert from "node:assert/strict";
import { translateWorktrees } from "../../lib/project/git/translate.ts";
import { git, inFolder, makeRepository } from "../support/git.ts";

const PLACE = "/home/agent/workspace";

/** A worktree in `c`, as a box would have made it. */
async function madeInBox(c: string, inner: string): Promise<void> {
  await git(c, "worktree", "add", "-q", "-b", `b-${inner.split("/").at(-1)}`, inner);
  const name = inner.split("/").at(-1);
  await Deno.writeTextFile(`${c}/${inner}/.git`, `gitdir: ${PLACE}/.git/worktrees/${name}\n`);
  await Deno.writeTextFile(`${c}/.git/worktrees/${name}/gitdir`, `${PLACE}/${inner}/.git\n`);
}

Deno.test("C05: a worktree that was made in a box is one on the host, at whatever depth", () =>
  inFolder(async (folder) => {
    const c = `${folder}/c`;
    await makeRepository(c);
    await madeInBox(c, ".claude/worktrees/w");
    await git(c, "worktree", "add", "-q", "-b", "own", "own");
    const own = await Deno.readTextFile(`${c}/own/.git`);
    assert.equal(await translateWorktrees(c, PLACE), 1);
    assert.equal(await git(`${c}/.claude/worktrees/w`, "log", "-1", "--format=%s"), "first\n");
    assert.equal(
      await Deno.readTextFile(`${c}/.claude/worktrees/w/.git`),
      "gitdir: ../../../.git/worktrees/w\n",
    );
    await git(c, "worktree", "prune");
    assert.match(await git(c, "worktree", "list"), new RegExp(`${c}/.claude/worktrees/w .*b-w\\]`));
    assert.equal(await Deno.readTextFile(`${c}/own/.git`), own);
    assert.equal(await translateWorktrees(c, PLACE), 0);
    // Git in a later box has written its own path into the record.
    await Deno.writeTextFile(`${c}/.git/worktrees/w/gitdir`, `${PLACE}/.claude/worktrees/w/.git\n`);
    assert.equal(await translateWorktrees(c, PLACE), 1);
    // A box that had the workspace at its own path has nothing to be changed.
    assert.equal(await translateWorktrees(c, c), 0);
  }));

Deno.test("C05: what a box has bent is left, and nothing outside of the workspace is written", () =>
  inFolder(async (folder) => {
    const c = `${folder}/c`;
    await makeRepository(c);
    await madeInBox(c, "in");
    const outside = `${folder}/out`;
    await Deno.mkdir(outside);
    const text = `gitdir: ${PLACE}/.git/worktrees/in\n`;
    await Deno.writeTextFile(`${outside}/.git`, text);
    const bent: (() => Promise<void>)[] = [
      () => Deno.writeTextFile(`${c}/.git/worktrees/in/gitdir`, `${PLACE}/../../../${outside}/.git\n`),
      () => Deno.writeTextFile(`${c}/.git/worktrees/in/gitdir`, `${PLACE}/link/.git\n`),
      () => Deno.writeTextFile(`${c}/.git/worktrees/in/gitdir`, `${PLACE}/in/\n/.git\n`),
      async () => {
        await Deno.remove(`${c}/.git/worktrees/in/gitdir`);
        await new Deno.Command("mkfifo", { args: [`${c}/.git/worktrees/in/gitdir`] }).output();
      },
      async () => {
        await Deno.remove(`${c}/.git/worktrees`, { recursive: true });
        await Deno.symlink(outside, `${c}/.git/worktrees`);
      },
    ];
    await Deno.symlink(outside, `${c}/link`);
    for (const bend of bent) {
      await bend();
      assert.equal(await translateWorktrees(c, PLACE), 0);
      assert.equal(await Deno.readTextFile(`${outside}/.git`), text);
      assert.deepEqual([...Deno.readDirSync(outside)].map(({ name }) => name), [".git"]);
    }
  }));
