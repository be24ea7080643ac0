import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { archiveAll, archiveProject } from "../../../lib/app/project/archive.ts";
import { create } from "../../../lib/app/project/create.ts";
import { extractAll, extractArchive } from "../../../lib/app/project/extract.ts";
import { removeProject } from "../../../lib/app/project/remove.ts";
import { Aborted } from "../../../lib/host/error.ts";
import { AppWorld } from "../world.ts";

Deno.test("a project is archived and brought back; replacing its box is asked first", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  const { project } = await create(world.host, { path, cwd: "/" });
  await Deno.writeTextFile(`${project.home}/kept`, "1");
  const cwd = await world.folder("out");
  const archived = await archiveProject(world.host, { word: "api", cwd });
  match(archived?.plan.file ?? "", /\/out\/kanibako-api-.*\.txz$/);
  ok(world.ui.steps.some((step) => step.startsWith("Archiving the home")));
  await Deno.remove(`${project.home}/kept`);
  const back = { file: archived!.plan.file, path, cwd };
  await rejects(extractArchive(world.host, back), Aborted);
  match(world.ui.questions[0]?.text ?? "", /replaces the box of api/);
  const extracted = await extractArchive(world.host, back, { force: true });
  strictEqual(extracted?.plan.to.path, path);
  strictEqual(await Deno.readTextFile(`${project.home}/kept`), "1");
});

Deno.test("with plan neither an archive nor a project is made", async () => {
  await using world = await AppWorld.make();
  await create(world.host, { path: await world.folder("api"), cwd: "/" });
  const cwd = await world.folder("out");
  const plans: string[] = [];
  const planned = await archiveProject(world.host, { word: "api", cwd }, {
    plan: true,
    onPlan: ({ file }) => void plans.push(file),
  });
  deepStrictEqual([planned, plans.length, [...Deno.readDirSync(cwd)]], [undefined, 1, []]);
});

Deno.test("of all projects those that can be are archived, and what fails is noted", async () => {
  await using world = await AppWorld.make();
  for (const name of ["api", "gone"]) await create(world.host, { path: await world.folder(name), cwd: "/" });
  await Deno.remove(`${world.sandbox.root}/work/gone`, { recursive: true });
  const cwd = await world.folder("out");
  deepStrictEqual(await archiveAll(world.host, { cwd }), { total: 2, failed: ["gone"] });
  deepStrictEqual(world.ui.codes, ["archive-next", "archive-warning", "archive-next", "failed"]);
  await removeProject(world.host, "api", "/", { purge: true, force: true });
  await Deno.writeTextFile(`${cwd}/kanibako-broken.txz`, "no archive");
  const names: string[] = [];
  const all = await extractAll(world.host, { folder: cwd, cwd: "/" }, {
    force: true,
    onDone: ({ plan }) => void names.push(plan.to.name),
  });
  deepStrictEqual([all, names], [{ found: 1, failed: 1 }, ["api"]]);
});

Deno.test("an archive without a file's name is not written into its own project", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  await create(world.host, { path, cwd: "/" });
  const inner = await world.folder("api/src");
  const elsewhere = await world.folder("out");
  const written = async (cwd: string, file?: string) =>
    (await archiveProject(world.host, { word: path, file, cwd }, { force: true }))!.plan.file.replace(
      /kanibako-api-.*/,
      "",
    );
  for (const cwd of [path, inner]) strictEqual(await written(cwd), `${path.slice(0, -"api".length)}`);
  strictEqual(await written(elsewhere), `${elsewhere}/`);
  strictEqual(await written(path, "own.txz"), `${path}/own.txz`);
});
