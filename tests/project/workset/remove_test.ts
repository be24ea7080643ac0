import { exists } from "../../../lib/host/path.ts";
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { runChange } from "../../../lib/project/change/change.ts";
import { createProject } from "../../../lib/project/create.ts";
import { listAll } from "../../../lib/project/list.ts";
import { findRemoval } from "../../../lib/project/remove.ts";
import { removeProject } from "../remove.ts";
import { readRegistry } from "../../../lib/project/registry.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { findWorkset } from "../../../lib/project/workset/find.ts";
import { planWorksetRemoval } from "../../../lib/project/workset/remove.ts";
import { Sandbox } from "../../config/support.ts";
import { connect, worksetNamed } from "./support.ts";

Deno.test("a member is forgotten, its data stays, and can be purged later by its name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const source = await box.folder("src/web");
  const project = await connect(host, "client", source);
  await Deno.mkdir(project.home);
  for (const word of ["client/web", source, `${root}/workspaces/web`]) {
    strictEqual((await findRemoval(host, word, "/")).id, project.id, word);
  }
  await removeProject(host, await findRemoval(host, "client/web", "/"), { purge: false });
  deepStrictEqual((await worksetNamed(host, "client")).manifest?.members, []);
  strictEqual(exists(`${root}/workspaces/web`), false);
  deepStrictEqual(
    (await listAll(host)).projects.map(({ qualifiedName, status }) => [qualifiedName, status]),
    [
      ["client/web", "left-over"],
    ],
  );
  await rejects(createProject(host, { path: `${root}/workspaces/web` }), { code: "left-over" });
  await removeProject(host, await findRemoval(host, "client/web", "/"), { purge: true });
  strictEqual(exists(`${root}/boxes/web`), false);
  strictEqual(exists(source), true);
  await rejects(findRemoval(host, "client/web", "/"), { code: "unknown-project" });
  await rejects(findRemoval(host, "client", "/"), { code: "is-workset" });
});

Deno.test("removing `default/app` never removes a workset's project of that name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: await box.folder("app") });
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  await createProject(host, { path: `${root}/workspaces/app` });
  // In the workset, the bare name means its own project, as for every other command.
  strictEqual((await findRemoval(host, "app", root)).qualifiedName, "client/app");
  strictEqual((await findRemoval(host, "app", "/")).qualifiedName, "app");
  await removeProject(host, await findRemoval(host, "default/app", root), { purge: true });
  deepStrictEqual((await listAll(host)).projects.map(({ qualifiedName }) => qualifiedName), ["client/app"]);
  await rejects(findRemoval(host, "default/app", root), { code: "unknown-project" });
});

Deno.test("list tells members without a folder or data, and worksets that cannot be read", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const broken = await createWorkset(host, { path: `${box.root}/work/broken` });
  await createProject(host, { path: `${root}/workspaces/fine` });
  const lost = await createProject(host, { path: `${root}/workspaces/lost` });
  const bare = await createProject(host, { path: `${root}/workspaces/bare` });
  await Deno.remove(lost.path, { recursive: true });
  await Deno.remove(bare.metadata, { recursive: true });
  await Deno.remove(broken.root, { recursive: true });
  const { projects, worksets } = await listAll(host);
  deepStrictEqual(projects.map(({ qualifiedName, status }) => [qualifiedName, status]), [
    ["client/bare", "no-data"],
    ["client/fine", "ok"],
    ["client/lost", "missing"],
  ]);
  deepStrictEqual(worksets.map(({ name, error }) => [name, error?.code]), [
    ["broken", "workset-damaged"],
    ["client", undefined],
  ]);
});

Deno.test("a workset is forgotten; with purge its data goes, and what is linked or not its own stays", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client`, image: "jvm" });
  const source = await box.folder("src/web");
  await box.write(`${source}/code`, "code");
  const linked = await connect(host, "client", source);
  await box.write(`${linked.state}/steps.json`, "{}");
  await createProject(host, { path: `${root}/workspaces/own` });
  await box.write(`${root}/notes.txt`, "mine");
  const kept = await planWorksetRemoval(host, await findWorkset(host, "client", "/"), { purge: false });
  deepStrictEqual(kept.members.map(({ name }) => name), ["own", "web"]);
  deepStrictEqual(kept.data, []);
  const purge = await planWorksetRemoval(host, await findWorkset(host, undefined, root), { purge: true });
  deepStrictEqual(purge.lost, [`${root}/workspaces/own`]);
  deepStrictEqual((await runChange(host, purge.change)).left, []);
  deepStrictEqual((await readRegistry(host)).worksets, {});
  deepStrictEqual(Array.from(Deno.readDirSync(root), ({ name }) => name), ["notes.txt"]);
  strictEqual(await Deno.readTextFile(`${source}/code`), "code");
  strictEqual(exists(linked.state), false);
});

Deno.test("a workset without its folder can be forgotten", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  await Deno.remove(root, { recursive: true });
  const { change } = await planWorksetRemoval(host, await findWorkset(host, "client", "/"), { purge: true });
  await runChange(host, change);
  deepStrictEqual((await readRegistry(host)).worksets, {});
  await rejects(findWorkset(host, "client", "/"), { code: "unknown-workset" });
  await rejects(findWorkset(host, "default", "/"), { code: "default-workset" });
  await rejects(findWorkset(host, undefined, "/"), { code: "unknown-workset" });
});

Deno.test("a workset in which another project lives is not purged", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  await createProject(host, { path: `${root}/workspaces/alone`, mode: "standalone" });
  const workset = await findWorkset(host, "client", "/");
  await rejects(planWorksetRemoval(host, workset, { purge: true }), { code: "holds-project" });
  strictEqual((await planWorksetRemoval(host, workset, { purge: false })).members.length, 0);
});
