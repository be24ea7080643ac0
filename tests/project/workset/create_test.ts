import { fromFile } from "../../../lib/spec/source.ts";
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { createProject } from "../../../lib/project/create.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { readRegistry } from "../../../lib/project/registry.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { readManifest } from "../../../lib/project/membership/manifest.ts";
import { listing, Sandbox } from "../../config/support.ts";

Deno.test("a workset is made in a new folder, or in one that is there", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createWorkset(host, { path: `${box.root}/work/deep/client` });
  deepStrictEqual(made, { name: "client", root: `${box.root}/work/deep/client` });
  const there = await box.folder("My Set");
  await box.write(`${there}/notes.txt`, "mine");
  await Deno.chmod(there, 0o775);
  strictEqual((await createWorkset(host, { path: ".", cwd: there })).name, "my-set");
  strictEqual(await Deno.readTextFile(`${there}/notes.txt`), "mine");
  // Who can write the root decides what its boxes get.
  strictEqual((await Deno.stat(there)).mode! & 0o022, 0);
  deepStrictEqual((await readRegistry(host)).worksets, { client: made.root, "my-set": there });
  const manifest = await readManifest(made.root);
  strictEqual(manifest.groupAuth, true);
  strictEqual(new Date(manifest.created).toISOString(), manifest.created);
});

Deno.test("what a workset shall say of its projects is written where it is read", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, {
    path: `${box.root}/work/ws`,
    image: "jvm",
    vault: false,
    distinctAuth: true,
  });
  const project = await createProject(host, { path: `${root}/workspaces/app` });
  strictEqual(project.mode, "workset");
  strictEqual(project.vault, undefined);
  strictEqual(project.sharedAuth, false);
  strictEqual(
    (await createProject(host, { path: `${root}/workspaces/kept`, vault: true })).vault !== undefined,
    true,
  );
  const { resolveSettings } = await import("../../../lib/config/resolve.ts");
  const { image } = await resolveSettings(host, project, undefined, {});
  deepStrictEqual(image, { value: "jvm", level: "workset", from: fromFile("workset", "config", "ws") });
});

Deno.test("new projects of a standalone workset keep their state in their own folder", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, {
    path: `${box.root}/work/ws`,
    standalone: true,
    image: "jvm",
    distinctAuth: true,
  });
  const project = await createProject(host, { path: `${root}/workspaces/app` });
  strictEqual(project.mode, "standalone");
  strictEqual(project.home, `${root}/workspaces/app/.kanibako/shell`);
  strictEqual(project.sharedAuth, false);
  deepStrictEqual(await locateProject(host, undefined, project.path), project);
  const settings = await Deno.readTextFile(`${project.metadata}/project.toml`);
  strictEqual(settings.includes('image = "jvm"'), true);
  strictEqual((await createProject(host, { path: `${root}/workspaces/b`, mode: "default" })).mode, "workset");
});

Deno.test("what keeps a workset from being made leaves nothing behind", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const work = await box.folder("");
  const app = await createProject(host, { path: `${work}/some/app` });
  const ws = await createWorkset(host, { path: `${work}/ws` });
  await box.folder("taken/vault");
  await box.write("work/old/workset.toml", 'name = "old"\n');
  const before = await listing(box.root);
  const refused: [string, string, string?][] = [
    ["already-a-workset", ws.root],
    ["nested-workset", `${ws.root}/below`],
    ["nested-workset", work],
    ["already-a-project", app.path],
    ["nested-workset", `${app.path}/below`],
    ["holds-project", `${work}/some`],
    ["left-over", `${work}/taken`],
    ["left-over", `${work}/old`],
    ["name-taken", `${work}/other/ws`],
    ["name-taken", `${work}/other`, "app"],
    ["bad-name", `${work}/other`, "default"],
    ["bad-name", `${work}/other`, "__default__"],
    ["bad-name", `${work}/other`, "../x"],
    ["unsafe-workspace", `${box.root}/home`],
    ["unsafe-workspace", box.root],
    ["unsafe-workspace", `${box.root}/data/kanibako/ws`],
    ["unsafe-workspace", "/etc/ws"],
  ];
  for (const [code, path, name] of refused) {
    await rejects(createWorkset(host, { path, ...(name === undefined ? {} : { name }) }), { code }, path);
  }
  const after = (await listing(box.root)).filter((path) =>
    !path.includes("/locks/") && !path.includes("/changes")
  );
  deepStrictEqual(after, before.filter((path) => !path.includes("/locks/") && !path.includes("/changes")));
});

Deno.test("a creation that fails at any of its steps leaves nothing behind", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const steps: number[] = [];
  await createWorkset(host, { path: `${box.root}/work/deep/one`, image: "jvm" }, {
    onStep: (index, _step, when) => void (when === "before" && steps.push(index)),
  });
  await box.folder("other");
  const before = await listing(`${box.root}/work`);
  for (const at of steps) {
    const failing = createWorkset(host, { path: `${box.root}/work/other/deep/two`, image: "jvm" }, {
      onStep: (index, _step, when) => {
        if (index === at && when === "before") throw new Error("stop here");
      },
    });
    await rejects(failing, /stop here/);
    deepStrictEqual(await listing(`${box.root}/work`), before);
    deepStrictEqual(Object.keys((await readRegistry(host)).worksets), ["one"]);
  }
});
