import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { createWorkset } from "../../../lib/app/workset/create.ts";
import { AppWorld } from "../world.ts";

Deno.test("create makes a project, says nothing, and answers what is worth knowing", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  const made = await create(world.host, { path, cwd: "/", distinctAuth: true });
  strictEqual(made.project.path, path);
  strictEqual(made.project.sharedAuth, false);
  deepStrictEqual([made.orphanHint, world.ui.notes], [undefined, []]);
  await rejects(create(world.host, { path, cwd: "/" }), { code: "already-a-project" });
  await Deno.remove(path, { recursive: true });
  const next = await create(world.host, { path: await world.folder("web"), cwd: "/" });
  match(next.orphanHint ?? "", /api/);
});

Deno.test("create WORKSET/NAME makes a project in the workset, where no folder of that name is meant", async () => {
  await using world = await AppWorld.make();
  const { root } = await createWorkset(world.host, { path: await world.folder("client"), cwd: "/" });
  const { project } = await create(world.host, { path: "client/app", cwd: `${world.sandbox.root}/home` });
  strictEqual(project.path, `${root}/workspaces/app`);
  strictEqual(project.workset?.name, "client");
});
