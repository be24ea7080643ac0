import assert from "node:assert/strict";
import { nestedFolders } from "../../lib/plan/hidden_folders.ts";
import type { Host } from "../../lib/config/system.ts";
import { createProject } from "../../lib/project/create.ts";
import type { ProjectLayout } from "../../lib/project/project.ts";
import { Sandbox } from "../config/support.ts";

/** Projects in the folder `outer`, which becomes one afterwards, as it happens to people. */
async function nested(
  box: Sandbox,
  inner: readonly [name: string, mode: "default" | "standalone", layout: ProjectLayout, vault?: boolean][],
) {
  const host = await box.open();
  for (const [name, mode, layout, vault] of inner) {
    await createProject(host, {
      path: await box.folder(`outer/${name}`),
      mode,
      layout,
      ...(vault === undefined ? {} : { vault }),
    });
  }
  return { host, outer: await createProject(host, { path: await box.folder("outer") }) };
}

const relative = async (host: Host, outer: string) =>
  (await nestedFolders(host, outer)).map((path) => path.slice(outer.length + 1));

Deno.test("nestedFolders() tells those of projects of all kinds below a workspace, where they are", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [
    ["default", "default", "default"],
    ["deep/simple", "default", "simple"],
    ["elsewhere", "default", "robust"],
    ["alone", "standalone", "default"],
    ["without", "default", "default", false],
  ]);
  await createProject(host, { path: await box.folder("outer-not") });
  // It has none of its own: what is called so is the repository's.
  await box.write("work/outer/without/vault/code", "");
  assert.deepEqual(await relative(host, outer.path), [
    "alone/vault",
    "alone/.kanibako",
    "deep/simple/vault",
    "deep/simple/.shell",
    "default/vault",
  ]);
  const inner = await createProject(host, { path: await box.folder("other") });
  assert.deepEqual(await nestedFolders(host, inner.path), []);
});

Deno.test("nestedFolders() tells those of one whose project's settings cannot be read, and follows no link", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [
    ["broken", "standalone", "default"],
    ["gone", "default", "default"],
    ["link", "default", "default"],
  ]);
  await box.write("work/outer/broken/.kanibako/project.toml", "= nonsense");
  await Deno.remove(`${outer.path}/gone`, { recursive: true });
  await Deno.rename(`${outer.path}/link`, `${box.root}/work/moved`);
  await Deno.symlink(`${box.root}/work/moved`, `${outer.path}/link`);
  assert.deepEqual(await relative(host, outer.path), ["broken/vault", "broken/.kanibako"]);
});

Deno.test("nestedFolders() tells none where the whole home is the workspace", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await Deno.mkdir(`${box.root}/home/app`);
  await createProject(host, { path: `${box.root}/home/app` });
  const home = await createProject(host, { path: `${box.root}/home`, mode: "standalone", allowHome: true });
  assert.deepEqual(await nestedFolders(host, home.path), []);
});
