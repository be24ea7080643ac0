// Which folders of the host some box can write.

import assert from "node:assert/strict";
import { helperFolders, helperHome, helpersRoot } from "../../lib/hub/folders.ts";
import { boxFolders } from "../../lib/plan/box_folders.ts";
import { createProject } from "../../lib/project/create.ts";
import { Sandbox } from "../config/support.ts";

Deno.test("what helpers and boxes of scripts work in is known as a place that boxes write, and what is ours beside it is not", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await createProject(host, { path: await box.folder("app") });
  const { canWrite } = await boxFolders(host);
  const { workspace, scripts, helpers } = helperFolders(helpersRoot(host.dirs, project.id), 1);
  for (
    const place of [
      project.path,
      workspace,
      scripts,
      helperFolders(helpers, 2).workspace,
      helperHome(host.dirs, project.id, 1),
      `${host.dirs.data}/scratch/scratch-1/home`,
    ]
  ) assert.ok(canWrite(place), place);
  for (const place of [host.dirs.data, host.dirs.state, host.dirs.home]) assert.ok(!canWrite(place), place);
});
