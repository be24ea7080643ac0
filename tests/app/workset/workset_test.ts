import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { connectProject } from "../../../lib/app/workset/connect.ts";
import { createWorkset, takeUpWorkset } from "../../../lib/app/workset/create.ts";
import { disconnectProject } from "../../../lib/app/workset/disconnect.ts";
import { listWorksets, worksetInfo } from "../../../lib/app/workset/info.ts";
import { removeWorkset } from "../../../lib/app/workset/remove.ts";
import { Aborted } from "../../../lib/host/error.ts";
import { AppWorld } from "../world.ts";

Deno.test("a workset is made, listed and shown, and projects come in and go out", async () => {
  await using world = await AppWorld.make();
  const { root } = await createWorkset(world.host, { path: await world.folder("client"), cwd: "/" });
  const source = await world.folder("api");
  await create(world.host, { path: source, cwd: "/" });
  const connected = await connectProject(world.host, { workset: "client", source: "api", cwd: "/" }, {
    force: true,
  });
  ok(connected.kind === "connected");
  deepStrictEqual([connected.name, connected.placing, connected.path], ["client/api", "link", source]);
  strictEqual(world.ui.choices.length, 1, "how it comes in is asked where it is not given");
  const inside = `${root}/workspaces/web`;
  await Deno.mkdir(inside, { recursive: true });
  const adopted = await connectProject(world.host, { workset: "client", source: inside, cwd: "/" });
  deepStrictEqual([adopted.kind, adopted.name], ["adopted", "client/web"]);
  deepStrictEqual((await worksetInfo(world.host, "client", "/")).projects.map(({ name }) => name), [
    "api",
    "web",
  ]);
  deepStrictEqual((await listWorksets(world.host)).map(({ name, projects }) => [name, projects]), [
    ["default", 0],
    ["client", 2],
  ]);
  await rejects(disconnectProject(world.host, { workset: "client", project: "api", cwd: "/" }), Aborted);
  const out = await disconnectProject(world.host, { workset: "client", project: "api", cwd: "/" }, {
    force: true,
  });
  deepStrictEqual([out.becomes?.name, out.becomes?.path], ["api", source]);
});

Deno.test("a workset with projects is removed only with force, and taken up again after a yes", async () => {
  await using world = await AppWorld.make();
  const { root } = await createWorkset(world.host, { path: await world.folder("client"), cwd: "/" });
  await create(world.host, { path: `${root}/workspaces/web`, cwd: "/" });
  await rejects(removeWorkset(world.host, "client", "/"), { code: "has-projects" });
  const removed = await removeWorkset(world.host, "client", "/", { force: true });
  strictEqual(removed.workset.root, root);
  await rejects(takeUpWorkset(world.host, { path: root, cwd: "/" }), Aborted);
  deepStrictEqual(world.ui.codes, ["workset-found"]);
  match(world.ui.text, /web \(.*\/workspaces\/web\)/);
  world.ui.yes = true;
  deepStrictEqual(await takeUpWorkset(world.host, { path: root, cwd: "/" }), { name: "client", root });
  strictEqual((await worksetInfo(world.host, "client", "/")).projects.length, 1);
});
