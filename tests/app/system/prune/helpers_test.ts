import assert from "node:assert/strict";
import { prune } from "../../../../lib/app/system/prune/prune.ts";
import { exists } from "../../../../lib/host/path.ts";
import { helperHome, helpersRoot } from "../../../../lib/hub/folders.ts";
import { createProject } from "../../../../lib/project/create.ts";
import { AppWorld } from "../../world.ts";

Deno.test("folders of helpers go when their project is not known any more; those of a project, and of a workset that is damaged, stay", async () => {
  await using world = await AppWorld.make();
  const { host } = world;
  const project = await createProject(host, { path: await world.folder("app") });
  const ids = [project.id, "kanibako-gone", "kanibako-ws-group-api-0123abcd"];
  for (const id of ids) {
    await world.sandbox.write(`${helpersRoot(host.dirs, id)}/1/workspace/x`, "x");
    await world.sandbox.write(`${helperHome(host.dirs, id, 1)}/x`, "x");
  }
  const root = await world.folder("group");
  await world.sandbox.write(`${root}/workset.toml`, "not = [a manifest");
  const { updateRegistry } = await import("../../../../lib/project/registry.ts");
  await updateRegistry(host, (draft) => void (draft.worksets["group"] = root));
  const helpers = async () =>
    (await prune(host, { plan: true })).found.filter(({ kind }) => kind === "helpers").map(({ name }) =>
      name
    );
  assert.deepEqual(await helpers(), ["kanibako-gone"]);
  await prune(host, { force: true });
  assert.deepEqual(ids.map((id) => exists(helpersRoot(host.dirs, id))), [true, false, true]);
  assert.equal(exists(`${helpersRoot(host.dirs, "kanibako-gone")}.homes`), false);
  await updateRegistry(host, (draft) => void delete draft.worksets["group"]);
  assert.deepEqual(await helpers(), ["kanibako-ws-group-api-0123abcd"]);
});
