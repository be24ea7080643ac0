/** H3 and its kind: what is kept for a project that lies in another's workspace stays its own, whatever is done with either. */

import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { archiveProject } from "../../../lib/app/project/archive.ts";
import { create } from "../../../lib/app/project/create.ts";
import { duplicateProject } from "../../../lib/app/project/duplicate.ts";
import { extractArchive } from "../../../lib/app/project/extract.ts";
import { forkProject } from "../../../lib/app/project/fork.ts";
import { convertProject, remapProject } from "../../../lib/app/project/migrate.ts";
import { removeProject } from "../../../lib/app/project/remove.ts";
import { createWorkset } from "../../../lib/app/workset/create.ts";
import { boxState, launchLock, runRecord } from "../../../lib/config/box_state.ts";
import type { KanibakoError } from "../../../lib/host/error.ts";
import { FileLock } from "../../../lib/host/store.ts";
import { createProject, ensureProject } from "../../../lib/project/create.ts";
import { listProjects } from "../../../lib/project/list.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { nestedProjects } from "../../../lib/project/nested/nested.ts";
import { rememberTrees } from "../../../lib/project/nested/recorded.ts";
import { assertOutOfReach } from "../../../lib/run/reach.ts";
import { listing } from "../../config/support.ts";
import { AppWorld } from "../world.ts";

const SECRET = "inner's alone";

/** A project `o` with two in it: `in` has its vault there, `alone` all that it has. */
async function world(): Promise<{ world: AppWorld; outer: string } & AsyncDisposable> {
  const made = await AppWorld.make();
  for (const name of ["in", "alone"]) {
    const path = await made.folder(`o/${name}`);
    await Deno.writeTextFile(`${path}/code`, "code");
    await create(made.host, { path, cwd: "/", standalone: name === "alone" });
    await Deno.writeTextFile(`${path}/vault/rw/s`, SECRET);
  }
  const outer = `${made.sandbox.root}/work/o`;
  await Deno.writeTextFile(`${outer}/alone/.kanibako/shell/login`, SECRET);
  await create(made.host, { path: outer, cwd: "/" });
  return { world: made, outer, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() };
}

/** Records a box as being started, which is shown these folders. */
async function starting(made: AppWorld, name: string, shown: readonly string[]): Promise<FileLock> {
  const project = (await listProjects(made.host)).find((one) => one.name === name)!;
  const state = boxState(made.host.dirs, project.id);
  const record = {
    ...{ run: "r1", box: project.id, runtime: "podman", place: {}, image: "i", lifetime: "ephemeral" },
    ...{ phase: "starting", agent: "", sharedAuth: false, conversation: false, services: {}, startedAt: 1 },
    ...{ has: {}, shown },
  };
  const lock = await FileLock.acquire(launchLock(state));
  await Deno.writeTextFile(runRecord(state), JSON.stringify(record), { mode: 0o600 });
  return lock;
}

async function textsBelow(path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(path)) {
    if (isDirectory) found.push(...await textsBelow(`${path}/${name}`));
    if (isFile && await Deno.readTextFile(`${path}/${name}`) === SECRET) found.push(`${path}/${name}`);
  }
  return found;
}

Deno.test("H3: a copy, a fork and an archive of a project leave out what is kept for those in it", async () => {
  await using made = await world();
  const { world: { host }, outer } = made;
  strictEqual((await textsBelow(outer)).length, 3);
  await duplicateProject(host, { source: "o", dest: `${outer}-copy`, cwd: "/" }, { force: true });
  await forkProject(host, { project: "o", cwd: "/", name: "try" });
  const cwd = await made.world.folder("out");
  const archived = await archiveProject(host, { word: "o", cwd }, { withWorkspace: true });
  await extractArchive(host, { file: archived!.plan.file, path: `${outer}-back`, cwd }, {
    force: true,
    name: "back",
  });
  for (const copy of [`${outer}-copy`, `${outer}.try`, `${outer}-back`]) {
    strictEqual(await Deno.readTextFile(`${copy}/in/code`), "code", copy);
    deepStrictEqual(await textsBelow(copy), [], copy);
  }
  await Deno.rename(`${outer}/in`, `${outer}/in2`);
  await rejects(duplicateProject(host, { source: "o", dest: `${outer}-c2`, cwd: "/" }, { force: true }), {
    code: "nested-moved",
  });
});

Deno.test("H3: a project that was renamed in another's workspace is used there again by one command", async () => {
  await using made = await world();
  const { world: { host }, outer } = made;
  const look = async () => {
    const { byRoot, seen } = await nestedProjects(host, [outer], outer);
    await rememberTrees(host, seen);
    return byRoot.get(outer)!.hidden.map((path) => path.slice(outer.length + 1));
  };
  await look();
  for (const name of ["in", "alone"]) {
    const project = name === "in" ? name : `${outer}/${name}`;
    await Deno.rename(`${outer}/${name}`, `${outer}/${name}2`);
    await rejects(look(), { code: "nested-moved" });
    // With a link in its place it is found as well.
    await Deno.symlink(`${outer}/${name}2`, `${outer}/${name}`);
    await rejects(look(), (error: KanibakoError) => {
      ok(error.hints.some((hint) => hint.includes(`rm ${outer}/${name}`)), error.hints.join());
      return true;
    });
    await Deno.remove(`${outer}/${name}`);
    await remapProject(host, { project, path: `${outer}/${name}2`, cwd: "/" }, { force: true });
    ok((await look()).includes(`${name}2/vault`));
    // Another folder that the user says is the right one.
    await Deno.rename(`${outer}/${name}2/vault`, `${outer}/${name}2/v`);
    await Deno.mkdir(`${outer}/${name}2/vault`);
    await rejects(look(), { code: "nested-moved" });
    const same = name === "in" ? name : `${outer}/${name}2`;
    await remapProject(host, { project: same, path: `${outer}/${name}2`, cwd: "/" }, { force: true });
    ok((await look()).includes(`${name}2/vault`));
    // What the error names for a folder that was deleted.
    await Deno.remove(`${outer}/${name}2/vault`, { recursive: true });
    await rejects(look(), { code: "nested-moved" });
    await ensureProject(host, await locateProject(host, `${outer}/${name}2`));
    ok((await look()).includes(`${name}2/vault`));
    await Deno.remove(`${outer}/${name}2`, { recursive: true });
    await rejects(look(), { code: "nested-moved" });
    made.world.ui.notes.length = 0;
    await removeProject(host, same, "/", { force: true });
    deepStrictEqual(made.world.ui.codes, []);
  }
  await nestedProjects(host, [outer], outer);
  await rejects(remapProject(host, { project: "o", path: `${outer}/in`, cwd: "/" }, { force: true }));
});

Deno.test("H3: what a forgotten project leaves in another's workspace is named", async () => {
  await using made = await world();
  const { world: { host, ui }, outer } = made;
  for (
    const [word, purge, left] of [["in", true, ["vault"]], [`${outer}/alone`, false, [
      "vault",
      ".kanibako",
    ]]] as const
  ) {
    ui.notes.length = 0;
    await removeProject(host, word, "/", { force: true, purge });
    const said = JSON.stringify(ui.notes);
    ok(left.every((name) => said.includes(`${word.split("/").at(-1)}/${name}`)), said);
  }
  ui.notes.length = 0;
  await removeProject(host, "o", "/", { force: true });
  deepStrictEqual(ui.codes, []);
});

Deno.test("H3: a purge deletes nothing where a link leads that took the place of a project", async () => {
  await using made = await AppWorld.make();
  const { host } = made;
  for (const [name, layout] of [["a", "default"], ["r", "robust"], ["s", "simple"]] as const) {
    const path = await made.folder(`o/${name}`);
    const victim = await made.folder(`victim-${name}`);
    const mode = name === "s" ? "default" : "standalone";
    for (const each of [path, victim]) await createProject(host, { path: each, mode, layout });
    const before = await listing(victim);
    await Deno.rename(path, `${path}2`);
    const status = async () => (await listProjects(host)).find((one) => one.path === path)?.status;
    deepStrictEqual(await status(), "missing");
    await Deno.symlink(victim, path);
    deepStrictEqual(await status(), "missing", "a link is not the project");
    const word = name === "s" ? "s" : path;
    await removeProject(host, word, "/", { force: true, purge: true });
    deepStrictEqual(await listing(victim), before, layout);
    ok(!(await listProjects(host)).some((one) => one.path === path));
    // The same without a link.
    await removeProject(host, victim, "/", { force: true, purge: true });
    ok((await listing(victim)).length < before.length, layout);
  }
});

Deno.test("H3: no project comes from outside into another one by being found again there", async () => {
  await using made = await world();
  const { world: { host }, outer } = made;
  for (const standalone of [false, true]) {
    const name = standalone ? "s" : "d";
    const path = await made.world.folder(name);
    await create(host, { path, cwd: "/", standalone });
    await Deno.rename(path, `${outer}/${name}`);
    await rejects(
      remapProject(host, { project: name, path: `${outer}/${name}`, cwd: "/" }, { force: true }),
      {
        code: "nested-project",
      },
    );
  }
});

Deno.test("H3: nothing is kept where a box that runs would see it, and all is once it has ended", async () => {
  await using made = await world();
  const { world: { host }, outer } = made;
  const shared = await made.world.folder("shared");
  const lock = await starting(made.world, "o", [outer, shared]);
  const inReach = { code: "in-reach" };
  await rejects(create(host, { path: `${shared}/new`, cwd: "/" }), inReach);
  await rejects(create(host, { path: `${shared}/new`, cwd: "/", standalone: true }), inReach);
  deepStrictEqual([...Deno.readDirSync(shared)], []);
  await rejects(createWorkset(host, { path: `${shared}/set`, cwd: "/" }), inReach);
  await rejects(
    duplicateProject(host, { source: "in", dest: `${shared}/copy`, cwd: "/" }, { force: true }),
    inReach,
  );
  await rejects(
    convertProject(host, { project: "in", cwd: "/", mode: "standalone" }, { force: true }),
    inReach,
  );
  const cwd = await made.world.folder("out");
  const archived = await archiveProject(host, { word: "in", cwd }, {
    withVault: true,
    allowUncommitted: true,
  });
  const back = { file: archived!.plan.file, path: `${outer}/in`, cwd };
  await rejects(extractArchive(host, back, { force: true }), inReach);
  await Deno.remove(`${outer}/in/vault`, { recursive: true });
  const project = await locateProject(host, "in", "/");
  const checkReach = (path: string) => assertOutOfReach(host, path, project.id);
  await rejects(ensureProject(host, project, { checkReach }), (error: Error) => {
    match(error.message, /in\/vault: the box o is running/);
    return true;
  });
  // Elsewhere, and for the box's own folders, it makes no difference.
  await create(host, { path: await made.world.folder("elsewhere"), cwd: "/" });
  const own = await locateProject(host, "o", "/");
  await assertOutOfReach(host, `${outer}/vault`, own.id);
  lock[Symbol.dispose]();
  await create(host, { path: `${shared}/new`, cwd: "/" });
  await ensureProject(host, project, { checkReach });
  await extractArchive(host, back, { force: true });
});

Deno.test("settings of a standalone project that were put into a home make no workspace of it", async () => {
  await using made = await AppWorld.make();
  const { host } = made;
  const { home } = host.dirs;
  await Deno.mkdir(`${home}/.kanibako`);
  await Deno.writeTextFile(`${home}/.kanibako/project.toml`, '[project]\nmode = "standalone"\n');
  await rejects(ensureProject(host, await locateProject(host, home)), { code: "home-project" });
  deepStrictEqual([...Deno.readDirSync(`${home}/.kanibako`)].map(({ name }) => name), ["project.toml"]);
  // Nor of a folder with a workset in it.
  const path = await made.folder("around");
  await createWorkset(host, { path: `${path}/set`, cwd: "/" });
  await Deno.rename(`${home}/.kanibako`, `${path}/.kanibako`);
  await rejects(ensureProject(host, await locateProject(host, path)), { code: "holds-workset" });
  // One in any other folder is used.
  const other = await made.folder("clone");
  await Deno.rename(`${path}/.kanibako`, `${other}/.kanibako`);
  ok((await ensureProject(host, await locateProject(host, other))).project.exists);
});
