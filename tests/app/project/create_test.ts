import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { addSteps, readSteps } from "../../../lib/crab/steps.ts";
import { ensureProject } from "../../../lib/project/create.ts";
import { createWorkset } from "../../../lib/app/workset/create.ts";
import { AppWorld } from "../world.ts";

Deno.test("create makes a project, says nothing, and answers what is worth knowing", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  const made = await create(world.host, { path, cwd: "/", distinctAuth: true });
  strictEqual(made.project.path, path);
  strictEqual(made.project.sharedAuth, false);
  deepStrictEqual([made.repository, made.warnings, made.hints, world.ui.notes], [[], [], [], []]);
  await rejects(create(world.host, { path, cwd: "/" }), { code: "already-a-project" });
  await Deno.remove(path, { recursive: true });
  const next = await create(world.host, { path: await world.folder("web"), cwd: "/" });
  match(next.hints.join("\n"), /api/);
});

Deno.test("create WORKSET/NAME makes a project in the workset, where no folder of that name is meant", async () => {
  await using world = await AppWorld.make();
  const { root } = await createWorkset(world.host, { path: await world.folder("client"), cwd: "/" });
  const { project } = await create(world.host, { path: "client/app", cwd: `${world.sandbox.root}/home` });
  strictEqual(project.path, `${root}/workspaces/app`);
  strictEqual(project.workset?.name, "client");
});

Deno.test("create makes the home from the template, of the agent that is set or of all, and a start need not have been", async () => {
  await using world = await AppWorld.make();
  const { templates, crabs } = world.host.system.paths;
  const write = (path: string, text: string) => world.sandbox.write(path, text);
  await write(`${templates}/general/base/basis`, "base");
  await write(`${templates}/general/standard/notes`, "general");
  await write(`${templates}/codex/big/notes`, "codex");
  const made = async (name: string) =>
    (await create(world.host, { path: await world.folder(name), cwd: "/" })).project;
  const read = (home: string) =>
    Promise.all(["basis", "notes"].map((name) => Deno.readTextFile(`${home}/${name}`)));
  deepStrictEqual(await read((await made("one")).home), ["base", "general"]);
  await write(`${crabs}/codex.toml`, '[crab]\nshell = "big"\n');
  await write(`${crabs}/general.toml`, '[crab]\nshell = "empty"\n');
  deepStrictEqual([...Deno.readDirSync((await made("two")).home)], []);
  await write(world.sandbox.configFile, '[box]\ncrab = "codex"\n');
  await world.open();
  deepStrictEqual(await read((await made("three")).home), ["base", "codex"]);
  // Seeds come before templates: what has any is made in the box.
  await write(world.sandbox.configFile, '[box]\ncrab = "codex"\n[system.path.seeded]\nx = "~/x:~/notes"\n');
  await world.open();
  deepStrictEqual([...Deno.readDirSync((await made("four")).home)], []);
  // A template that is too much is said, and keeps nobody from making a project.
  await write(world.sandbox.configFile, '[box]\ncrab = "codex"\n');
  await write(`${templates}/codex/big/huge`, "");
  await Deno.truncate(`${templates}/codex/big/huge`, 64 * 2 ** 20);
  await world.open();
  deepStrictEqual([...Deno.readDirSync((await made("five")).home)], []);
  match(world.ui.notes.join("\n") + JSON.stringify(world.ui.notes), /too large/);
});

Deno.test("a home that is new has had nothing, whatever the one before it had", async () => {
  await using world = await AppWorld.make();
  const { project } = await create(world.host, { path: await world.folder("api"), cwd: "/" });
  await addSteps(project.state, { home: 1, credentials: { claude: "x" } });
  await Deno.remove(project.home, { recursive: true });
  await ensureProject(world.host, project);
  const { home, credentials } = await readSteps(project.state);
  deepStrictEqual([home, credentials], [0, {}]);
  await addSteps(project.state, { home: 1 });
  await ensureProject(world.host, project);
  strictEqual((await readSteps(project.state)).home, 1);
  // Made again where somebody has deleted all of it by hand.
  await Deno.remove(project.metadata, { recursive: true });
  const { project: again } = await create(world.host, { path: project.path, cwd: "/" });
  deepStrictEqual([again.state, (await readSteps(again.state)).home], [project.state, 0]);
});
