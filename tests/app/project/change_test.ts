import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { duplicateProject } from "../../../lib/app/project/duplicate.ts";
import { forkProject } from "../../../lib/app/project/fork.ts";
import { convertProject, remapProject, renameProject } from "../../../lib/app/project/migrate.ts";
import { moveProject } from "../../../lib/app/project/move.ts";
import { purgeAll, removeProject } from "../../../lib/app/project/remove.ts";
import { Aborted } from "../../../lib/host/error.ts";
import { FileLock } from "../../../lib/host/store.ts";
import { listProjects } from "../../../lib/project/list.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { boxState, launchLock } from "../../../lib/config/box_state.ts";
import { AppWorld } from "../world.ts";

async function worldWithProject(): Promise<{ world: AppWorld; path: string } & AsyncDisposable> {
  const world = await AppWorld.make();
  const path = await world.folder("api");
  await Deno.writeTextFile(`${path}/main.ts`, "1");
  await create(world.host, { path, cwd: "/" });
  return { world, path, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const names = async (world: AppWorld) => (await listProjects(world.host)).map(({ name }) => name);

Deno.test("move asks before it does anything, and a no changes nothing", async () => {
  await using made = await worldWithProject();
  const { world, path } = made;
  const request = { project: "api", dest: `${world.sandbox.root}/work/moved`, cwd: "/" };
  await rejects(moveProject(world.host, request), Aborted);
  const [question] = world.ui.questions;
  match(question?.text ?? "", /This moves the project api/);
  strictEqual(question?.careful, true);
  ok(question?.details?.some((line) => line.includes(path)));
  ok((await Deno.stat(path)).isDirectory);
  world.ui.yes = true;
  const moved = await moveProject(world.host, request);
  deepStrictEqual([moved.name, moved.path, moved.report?.left], ["api", request.dest, []]);
  strictEqual(await Deno.readTextFile(`${request.dest}/main.ts`), "1");
});

Deno.test("with plan a change is worked out, nobody is asked and nothing is done", async () => {
  await using made = await worldWithProject();
  const { world, path } = made;
  const planned = await moveProject(
    world.host,
    { project: "api", dest: `${world.sandbox.root}/work/moved`, cwd: "/" },
    { plan: true },
  );
  strictEqual(planned.report, undefined);
  ok(planned.change.steps.length > 0);
  deepStrictEqual([world.ui.questions, world.ui.notes], [[], []]);
  ok((await Deno.stat(path)).isDirectory);
});

Deno.test("a change that is ended by the caller's signal is taken back", async () => {
  await using made = await worldWithProject();
  const { world, path } = made;
  const dest = `${world.sandbox.root}/work/moved`;
  const reason = new Error("the caller went away");
  const options = { force: true, signal: AbortSignal.abort(reason) };
  await rejects(moveProject(world.host, { project: "api", dest, cwd: "/" }, options), reason);
  ok((await Deno.stat(`${path}/main.ts`)).isFile);
  await moveProject(world.host, { project: "api", dest, cwd: "/" }, { force: true });
  ok((await Deno.stat(`${dest}/main.ts`)).isFile);
});

Deno.test("duplicate and fork answer the copy; a login of the original's own is left out, and said", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  await create(world.host, { path, cwd: "/", distinctAuth: true });
  world.ui.yes = true;
  const copy = await duplicateProject(world.host, { source: "api", cwd: "/", name: "second" });
  strictEqual(copy.needsLogin, true);
  const fork = await forkProject(world.host, { project: "api", cwd: "/", name: "idea" });
  strictEqual(fork.path, `${path}.idea`);
  deepStrictEqual(await names(world), ["api", "api.idea", "second"].sort());
  await rejects(forkProject(world.host, { project: "api", cwd: "/", name: "a/b" }), { code: "bad-name" });
  // A session in the foreground has the lock of its box as long as that runs.
  const { id } = await locateProject(world.host, "api", "/");
  using _session = await FileLock.acquire(launchLock(boxState(world.host.dirs, id)));
  await rejects(forkProject(world.host, { project: "api", cwd: "/", name: "two" }), { code: "busy" });
  await forkProject(world.host, { project: "api", cwd: "/", name: "two", whileRunning: true });
  deepStrictEqual(await names(world), ["api", "api.idea", "api.two", "second"].sort());
});

Deno.test("migrate changes the mode, and finds a project again whose folder was moved by hand", async () => {
  await using made = await worldWithProject();
  const { world, path } = made;
  const elsewhere = `${world.sandbox.root}/work/elsewhere`;
  await Deno.rename(path, elsewhere);
  await remapProject(world.host, { project: "api", path: elsewhere, cwd: "/" }, { force: true });
  await convertProject(world.host, { project: "api", cwd: "/", mode: "standalone" }, { force: true });
  const [project] = await listProjects(world.host);
  deepStrictEqual([project?.mode, project?.path, project?.status], ["standalone", elsewhere, "ok"]);
});

Deno.test("remove forgets and keeps the data; with purge it goes, once somebody said so", async () => {
  await using made = await worldWithProject();
  const { world, path } = made;
  const forgotten = await removeProject(world.host, "api", "/");
  deepStrictEqual([forgotten.removal.qualifiedName, forgotten.dataKept], ["api", true]);
  await rejects(removeProject(world.host, "api", "/", { purge: true }), Aborted);
  const purged = await removeProject(world.host, "api", "/", { purge: true, force: true });
  deepStrictEqual([purged.removal.kind, purged.dataKept], ["left-over", false]);
  deepStrictEqual(await names(world), []);
  ok((await Deno.stat(path)).isDirectory, "the project's own folder stays");
});

Deno.test("C08: purge asks before it deletes the only copy of a login, and names it when it was not to ask", async () => {
  await using made = await worldWithProject();
  const { world } = made;
  const { ui, host, sandbox } = world;
  const login = (token: string, expiresAt: number) =>
    JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: "r", expiresAt } });
  const soon = Date.now() + 3600_000;
  const file = ".claude/.credentials.json";
  const project = await locateProject(host, "api", "/");
  const write = async (home: string, text: string) => {
    await Deno.mkdir(`${home}/.claude`, { recursive: true });
    await Deno.writeTextFile(`${home}/${file}`, text);
  };
  const asked = async () => {
    await rejects(removeProject(host, "api", "/", { purge: true }), Aborted);
    return [ui.questions.at(-1)!.text, ...ui.questions.at(-1)!.details ?? []].join("\n");
  };
  await write(project.home, login("box", soon));
  match(await asked(), /login of Claude Code is nowhere else/);
  await rejects(purgeAll(host), Aborted);
  match(ui.questions.at(-1)!.details!.join("\n"), /api .*with the only login of Claude Code/);
  // The same login, or a newer one, is on this machine; then one that is older.
  for (const expires of [soon, soon + 1]) {
    await write(`${sandbox.root}/home`, login("host", expires));
    doesNotMatch(await asked(), /nowhere else/);
  }
  await write(`${sandbox.root}/home`, login("host", soon - 1));
  match(await asked(), /nowhere else/);
  // A link in the home leads nowhere.
  await Deno.remove(`${project.home}/${file}`);
  await Deno.symlink(`${sandbox.root}/home/${file}`, `${project.home}/${file}`);
  await Deno.remove(`${sandbox.root}/home/${file}`);
  doesNotMatch(await asked(), /nowhere else/);
  await Deno.remove(`${project.home}/${file}`);
  await write(project.home, login("box", soon));
  await removeProject(host, "api", "/", { purge: true, force: true });
  match(ui.text, /With api its login of Claude Code was deleted, which is nowhere else/);
});

Deno.test("purging all asks once, and one that fails keeps no other from being purged", async () => {
  await using made = await worldWithProject();
  const { world } = made;
  await create(world.host, { path: await world.folder("web"), cwd: "/" });
  world.ui.yes = true;
  const each: string[] = [];
  const { total, removed } = await purgeAll(
    world.host,
    {},
    ({ removal }) => void each.push(removal.name),
  );
  deepStrictEqual([total, removed.length, each], [2, 2, ["api", "web"]]);
  strictEqual(world.ui.questions.length, 1);
  deepStrictEqual(await purgeAll(world.host), { total: 0, removed: [] });
});

Deno.test("migrate with a name alone renames a project, and one that is named by its folder is refused with what helps", async () => {
  await using made = await worldWithProject();
  const { world, path } = made;
  const project = await locateProject(world.host, "api", "/");
  await Deno.writeTextFile(`${project.home}/kept`, "1");
  await rejects(renameProject(world.host, { project: "api", cwd: "/", name: "web" }), Aborted);
  match(world.ui.questions.at(-1)!.text, /This renames the project api to web\./);
  await renameProject(world.host, { cwd: path, name: "web" }, { force: true });
  deepStrictEqual(await names(world), ["web"]);
  const renamed = await locateProject(world.host, "web", "/");
  deepStrictEqual([renamed.path, await Deno.readTextFile(`${renamed.home}/kept`)], [path, "1"]);
  const alone = await world.folder("alone");
  await create(world.host, { path: alone, cwd: "/", standalone: true });
  await rejects(renameProject(world.host, { project: alone, cwd: "/", name: "x" }), {
    code: "named-by-folder",
  });
  await rejects(renameProject(world.host, { cwd: await world.folder("none"), name: "x" }), {
    code: "no-box",
  });
  deepStrictEqual(await names(world), ["alone", "web"]);
});

Deno.test("what a purge says that it keeps is what it keeps", async () => {
  await using world = await AppWorld.make();
  const alone = await world.folder("alone");
  await create(world.host, { path: alone, cwd: "/", standalone: true });
  const asked = async (purge: () => Promise<unknown>) => {
    await rejects(purge(), Aborted);
    return world.ui.questions.at(-1)!.details!.join("\n");
  };
  const one = () => removeProject(world.host, alone, "/", { purge: true });
  match(await asked(one), /All else in the project's folder is kept/);
  match(await asked(() => purgeAll(world.host)), /but \.kanibako in those of standalone projects is deleted/);
  await removeProject(world.host, alone, "/", { purge: true, force: true });
  await create(world.host, { path: await world.folder("api"), cwd: "/" });
  match(await asked(() => purgeAll(world.host)), /The projects' own folders are kept\.$/);
});

Deno.test("annoyance 10: deleting the data of a box names no folders of ours where nobody waits, and one piece of work where somebody does", async () => {
  for (const attended of [false, true]) {
    await using made = await worldWithProject();
    const { world } = made;
    world.ui.attended = attended;
    await removeProject(world.host, "api", "/", { purge: true, force: true });
    deepStrictEqual([...new Set(world.ui.steps)], attended ? ["Deleting the data of api"] : []);
  }
});
