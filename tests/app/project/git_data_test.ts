import { match, rejects, strictEqual } from "node:assert/strict";
import { archiveProject } from "../../../lib/app/project/archive.ts";
import { create } from "../../../lib/app/project/create.ts";
import { duplicateProject } from "../../../lib/app/project/duplicate.ts";
import { extractArchive } from "../../../lib/app/project/extract.ts";
import { forkProject } from "../../../lib/app/project/fork.ts";
import { moveProject } from "../../../lib/app/project/move.ts";
import { git, makeRepository } from "../../support/git.ts";
import { AppWorld } from "../world.ts";

const FORCE = { force: true };
const log = async (folder: string) => await git(folder, "log", "-1", "--format=%s");

/** A repository `c` with a worktree `w` beside it and one inside, and a clone `d` that borrows its commits; all but the inner are projects. */
async function repositories(): Promise<{ world: AppWorld; root: string } & AsyncDisposable> {
  const world = await AppWorld.make();
  const c = await world.folder("c");
  const root = c.slice(0, -2);
  await makeRepository(c);
  await git(c, "worktree", "add", "-q", "-b", "ff", "../w");
  await git(c, "worktree", "add", "-q", "-b", "inner", "in/side");
  await git(root, "clone", "-q", "--shared", "c", "d");
  for (const name of ["c", "w", "d"]) await create(world.host, { path: `${root}/${name}`, cwd: "/" });
  return { world, root, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** What is refused, with which words. */
async function refused(what: Promise<unknown>, words: RegExp): Promise<void> {
  await rejects(what, (error: Error & { code?: string }) => {
    strictEqual(error.code, "git-elsewhere", error.message);
    match(error.message, words);
    return true;
  });
}

Deno.test("C24, N9: a copy of a worktree or of a folder that shares its data is refused, as it would move the original's branch", async () => {
  await using made = await repositories();
  const { world: { host }, root } = made;
  await refused(
    forkProject(host, { project: "w", cwd: "/", name: "try" }, FORCE),
    /is a worktree, and its git data is in .*\/c\/\.git/,
  );
  await refused(duplicateProject(host, { source: "w", cwd: "/" }, FORCE), /^Cannot copy .*\/w:/);
  strictEqual(await log(`${root}/w`), "first\n");
  // The box alone can be copied.
  await duplicateProject(host, { source: "w", cwd: "/", bare: true, name: "only" }, FORCE);
  await Deno.rename(`${root}/d/.git`, `${root}/d.git`);
  await Deno.symlink(`${root}/d.git`, `${root}/d/.git`);
  await refused(forkProject(host, { project: "d", cwd: "/", name: "try" }, FORCE), /its \.git leads to /);
  await Deno.remove(`${root}/d/.git`);
  await Deno.mkdir(`${root}/d/.git`);
  for (const name of ["HEAD", "objects", "config"]) {
    await Deno.rename(`${root}/d.git/${name}`, `${root}/d/.git/${name}`);
  }
  await Deno.symlink(`${root}/d.git/refs`, `${root}/d/.git/refs`);
  await refused(
    forkProject(host, { project: "d", cwd: "/", name: "try" }, FORCE),
    /its \.git\/refs leads to /,
  );
});

Deno.test("C24, N9: a copy of a repository has its own inner worktrees, and none of those beside it", async () => {
  await using made = await repositories();
  const { world: { host }, root } = made;
  await forkProject(host, { project: "c", cwd: "/", name: "try" }, FORCE);
  const fork = `${root}/c.try`;
  for (const inner of ["", "/in/side"]) {
    await git(`${fork}${inner}`, "commit", "-q", "--allow-empty", "-m", "in the fork");
    strictEqual(await log(`${root}/c${inner}`), "first\n");
    strictEqual(await log(`${fork}${inner}`), "in the fork\n");
  }
  await git(fork, "worktree", "repair");
  await git(fork, "worktree", "prune");
  strictEqual((await git(fork, "worktree", "list")).trim().split("\n").length, 2);
  strictEqual(await git(`${root}/w`, "status", "--short"), "");
  // Borrowed commits are there for a copy, too.
  await forkProject(host, { project: "d", cwd: "/", name: "try" }, FORCE);
  strictEqual(await log(`${root}/d.try`), "first\n");
});

Deno.test("C04, N9: a move brings along what a repository and its worktrees say of each other, in both directions", async () => {
  await using made = await repositories();
  const { world: { host }, root } = made;
  await moveProject(host, { project: "w", dest: `${root}/w2`, cwd: "/" }, FORCE);
  await moveProject(host, { project: "c", dest: `${root}/c2`, cwd: "/" }, FORCE);
  await git(`${root}/c2`, "worktree", "prune");
  for (const path of ["w2", "c2/in/side", "c2"]) strictEqual(await log(`${root}/${path}`), "first\n");
  const listed = await git(`${root}/c2`, "worktree", "list");
  for (const path of ["w2", "c2/in/side"]) match(listed, new RegExp(`${root}/${path} `));
});

Deno.test("C24, C03, N9: an archive with a workspace whose git data is elsewhere is refused, and one with all of it is whole", async () => {
  await using made = await repositories();
  const { world: { host }, root } = made;
  const archive = (word: string, withWorkspace = true) =>
    archiveProject(host, { word, cwd: root }, { ...FORCE, withWorkspace, allowUncommitted: !withWorkspace });
  // A first hint never begins as if there were one before it.
  const first = async (word: string) =>
    (await archive(word).catch((error: { hints: readonly string[] }) => error) as {
      hints: readonly string[];
    })
      .hints[0]!;
  await refused(archive("w"), /is a worktree, and its git data is in /);
  match(await first("w"), /^Archive a clone, or the box without its workspace/);
  await refused(archive("d"), /it borrows commits from .*\/c\/\.git\/objects/);
  match(await first("d"), /^To copy them here: /);
  const done = await archive("c");
  const back = `${root}/back`;
  await extractArchive(host, { file: done!.plan.file, path: back, cwd: root }, { ...FORCE, name: "back" });
  await git(`${back}/in/side`, "commit", "-q", "--allow-empty", "-m", "in the copy");
  strictEqual(await log(`${root}/c/in/side`), "first\n");
  // What is not in it needs nothing.
  strictEqual((await archive("w", false))?.plan.info.parts.includes("workspace"), false);
});
