import assert from "node:assert/strict";
import { create } from "../../lib/app/project/create.ts";
import { readLevels } from "../../lib/config/levels.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import type { Host } from "../../lib/config/system.ts";
import type { FlagSettings } from "../../lib/config/settings.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { confirmFolders } from "../../lib/project/git/confirmed.ts";
import type { Session } from "../../lib/session/gather.ts";
import { askedForGit, gitAccess } from "../../lib/session/git_access.ts";
import { BOX_WORKSPACE } from "../../lib/spec/box_paths.ts";
import { git, makeRepository } from "../support/git.ts";
import { Sandbox } from "../config/support.ts";

/** A session in a folder of the world, as far as git data is concerned. */
async function sessionIn(world: World, path: string, flags: FlagSettings = {}): Promise<Session> {
  const { host } = world;
  const project = await locateProject(host, path, "/");
  const settings = settingsFrom(await readLevels(host, project), undefined, flags);
  return { host, project, settings, request: { terminal: { type: "x" }, flags } } as unknown as Session;
}

async function shown(world: World, path: string, flags: FlagSettings = {}) {
  const session = await sessionIn(world, path, flags);
  const { git, confirm, warnings } = await gitAccess(session, BOX_WORKSPACE, "/run");
  await confirmFolders(session.project.state, confirm);
  return {
    git,
    warnings,
    folders: [...git?.repositories ?? [], ...git?.objects ?? []].map(({ folder }) => folder),
  };
}

/** A user's machine. */
interface World {
  host: Host;
  readonly sandbox: Sandbox;
}

async function made(): Promise<{ world: World; root: string } & AsyncDisposable> {
  const sandbox = await Sandbox.make();
  const world: World = { sandbox, host: await sandbox.open() };
  const c = await sandbox.folder("c");
  const root = c.slice(0, -2);
  await makeRepository(c);
  await git(c, "worktree", "add", "-q", "-b", "ff", "../w");
  await git(root, "clone", "-q", "--shared", "c", "d");
  await makeRepository(`${root}/super`);
  await git(`${root}/super`, "submodule", "--quiet", "add", c, "sub");
  for (const name of ["c", "w", "d", "super/sub"]) {
    await create(world.host, { path: `${root}/${name}`, cwd: "/" });
  }
  return { world, root, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

Deno.test("C03: whether git data elsewhere is shown is asked once, of who has a terminal, and remembered", async () => {
  await using it = await made();
  const { world, root } = it;
  const ask = async (name: string) => await askedForGit(await sessionIn(world, `${root}/${name}`));
  await ask("w");
  assert.equal(world.sandbox.ui.choices.length, 0);
  world.sandbox.ui.attended = true;
  world.sandbox.ui.choose = (choice) => {
    world.sandbox.ui.choices.push(choice);
    return Promise.resolve("write" as never);
  };
  const { settings: { gitAccess: answered } } = await ask("w");
  assert.deepEqual([answered.value, answered.level], ["write", "box"]);
  const { text, answers } = world.sandbox.ui.choices[0]!;
  assert.match(text, new RegExp(`is a worktree: git data is in ${root}/c/\\.git`));
  assert.match(
    answers[2]![1],
    /add commits to that repository, and add, change and delete its branches and tags/,
  );
  await ask("w");
  // What has all of its own is asked nothing.
  await ask("c");
  assert.equal(world.sandbox.ui.choices.length, 1);
  assert.deepEqual((await shown(world, `${root}/w`)).folders, [`${root}/c/.git`]);
});

Deno.test("C24, C03: git data that a box has named since is not shown, whoever set the access", async () => {
  await using it = await made();
  const { world, root } = it;
  const [d, objects] = [`${root}/d`, `${root}/c/.git/objects`];
  assert.deepEqual((await shown(world, d)).folders, []);
  assert.deepEqual((await shown(world, d, { gitAccess: "read" })).folders, [objects]);
  world.host = await world.sandbox.open('[box]\ngit_access = "write"\n');
  assert.deepEqual((await shown(world, d)).folders, [objects]);
  // What is set for all boxes agrees to nothing that nobody was asked about.
  const w = await shown(world, `${root}/w`);
  assert.deepEqual(w.folders, []);
  assert.match(
    w.warnings.join(),
    /nobody agreed to that for this project. To agree: kanibako start --git-access write/,
  );
  await makeRepository(`${root}/secret`);
  await Deno.writeTextFile(
    `${d}/.git/objects/info/alternates`,
    `${objects}\n${root}/secret/.git/objects\n${root}/secret\n`,
  );
  const more = await shown(world, d);
  assert.deepEqual(more.folders, []);
  assert.match(more.warnings.join(), /secret\/\.git\/objects is not shown/);
  assert.deepEqual((await shown(world, d, { gitAccess: "read" })).folders, [
    objects,
    `${root}/secret/.git/objects`,
  ]);
});

Deno.test("C03: a worktree's repository is written in parts, a submodule's with the folder it has in the box", async () => {
  await using it = await made();
  const { world, root } = it;
  const w = await shown(world, `${root}/w`, { gitAccess: "write" });
  const repository = w.git!.repositories[0]!;
  assert.deepEqual(repository.writable, ["objects", "refs", "logs", "worktrees/w"]);
  assert.deepEqual(repository.kept, ["objects/info", "worktrees/w/commondir", "worktrees/w/gitdir"]);
  assert.deepEqual([w.git!.worktrees, w.git!.kept], [[`${root}/w`], []]);
  const c = (await shown(world, `${root}/c`)).git!;
  assert.deepEqual(c.kept, [
    ".git",
    ".git/objects",
    ".git/refs",
    ".git/logs",
    ".git/worktrees",
    ".git/worktrees/w",
  ]);
  assert.deepEqual([c.worktrees, c.repositories], [[`${root}/w`], []]);
  // A box of that repository has put a link in the place of a part.
  await Deno.rename(`${root}/c/.git/refs`, `${root}/c/.git/refs2`);
  await Deno.symlink("refs2", `${root}/c/.git/refs`);
  const bent = await shown(world, `${root}/w`, { gitAccess: "write" });
  assert.deepEqual(bent.git!.repositories[0]!.writable, ["objects", "logs", "worktrees/w"]);
  const sub = (await shown(world, `${root}/super/sub`, { gitAccess: "read" })).git!.repositories[0]!;
  assert.deepEqual([sub.folder, sub.at, sub.writable], [
    `${root}/super/.git/modules/sub`,
    "/home/agent/.git/modules/sub",
    [],
  ]);
  assert.match(sub.config!, /worktree = "\/home\/agent\/workspace"\n$/);
});

Deno.test("C03: a worktree with configurations of its own that could be made in the box is only shown", async () => {
  await using it = await made();
  const { world, root } = it;
  await git(`${root}/c`, "config", "extensions.worktreeConfig", "true");
  const only = await shown(world, `${root}/w`, { gitAccess: "write" });
  assert.deepEqual(only.git!.repositories[0]!.writable, []);
  assert.match(only.warnings.join(), /can only be read in the box: extensions\.worktreeConfig/);
  await git(`${root}/w`, "config", "--worktree", "a.b", "c");
  const both = (await shown(world, `${root}/w`, { gitAccess: "write" })).git!.repositories[0]!;
  assert.deepEqual([both.writable.length, both.kept.includes("worktrees/w/config.worktree")], [4, true]);
});
