import assert from "node:assert/strict";
import { findDevContainers } from "../../lib/devcontainer/find.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { ProjectFolder } from "./project_folder.ts";

Deno.test("findDevContainers finds all three places, in their order", async () => {
  await using project = await ProjectFolder.create({
    ".devcontainer/web/devcontainer.json": "{}",
    ".devcontainer/api/devcontainer.json": "{}",
    ".devcontainer/notes.md": "",
    ".devcontainer/empty/other.json": "{}",
    ".devcontainer.json": "{}",
    ".devcontainer/devcontainer.json": "{}",
  });
  using tree = openTree(project.path);
  assert.deepEqual(findDevContainers(tree), [
    ".devcontainer/devcontainer.json",
    ".devcontainer.json",
    ".devcontainer/api/devcontainer.json",
    ".devcontainer/web/devcontainer.json",
  ]);
});

Deno.test("findDevContainers finds nothing in a project without one, nor behind a link", async () => {
  await using elsewhere = await ProjectFolder.create({ "devcontainer.json": "{}" });
  await using project = await ProjectFolder.create({ "README.md": "" });
  using tree = openTree(project.path);
  assert.deepEqual(findDevContainers(tree), []);
  await Deno.symlink(`${elsewhere.path}/devcontainer.json`, `${project.path}/.devcontainer.json`);
  await Deno.symlink(elsewhere.path, `${project.path}/.devcontainer`);
  assert.deepEqual(findDevContainers(tree), []);
});
