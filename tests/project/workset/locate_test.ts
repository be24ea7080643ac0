import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { createProject } from "../../../lib/project/create.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { qualifiedName } from "../../../lib/project/project.ts";
import { listProjects, projectNames, worksetNames } from "../../../lib/project/list.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { Sandbox } from "../../config/support.ts";
import { connect } from "./support.ts";

/** A hint of the error an action ends with. */
async function hintOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(() => undefined, (cause) => cause as { hints: readonly string[] });
  return error?.hints.join("\n") ?? "";
}

Deno.test("a project of a workset is found from its folders, by its qualified name and by its link", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const own = await createProject(host, { path: `${root}/workspaces/web` });
  const source = await box.folder("src/api/deep");
  const linked = await connect(host, "client", `${box.root}/work/src/api`);
  strictEqual(own.mode, "workset");
  strictEqual(qualifiedName(own), "client/web");
  strictEqual(own.metadata, `${root}/boxes/web`);
  strictEqual(own.home, `${root}/boxes/web/shell`);
  strictEqual(own.vault?.readWrite, `${root}/vault/web/rw`);
  strictEqual(linked.path, `${box.root}/work/src/api`);
  deepStrictEqual(linked.workset, { name: "client", root });
  for (
    const [word, cwd] of [["client/web", "/"], [undefined, own.path], ["web", root], ["web", source]] as const
  ) {
    deepStrictEqual(await locateProject(host, word, cwd), own);
  }
  for (
    const [word, cwd] of [
      ["client/api", "/"],
      [undefined, source],
      ["api", own.path],
      [`${root}/workspaces/api`, "/"],
      ["workspaces/api", root],
    ] as const
  ) {
    deepStrictEqual(await locateProject(host, word, cwd), linked);
  }
});

Deno.test("a folder is meant before a qualified name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/ws/client` });
  await createProject(host, { path: `${root}/workspaces/web` });
  const folder = await box.folder("client/web");
  strictEqual((await locateProject(host, "client/web", `${box.root}/work`)).path, folder);
  strictEqual((await locateProject(host, "client/web", `${box.root}/home`)).path, `${root}/workspaces/web`);
  await rejects(locateProject(host, "client/none", `${box.root}/home`), { code: "unknown-project" });
  await rejects(locateProject(host, "other/web", `${box.root}/home`), { code: "not-a-folder" });
  await rejects(locateProject(host, "client/web/x", `${box.root}/home`), { code: "not-a-folder" });
});

Deno.test("a bare name means the workset's own project in it, and says that there is another", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const outside = await createProject(host, { path: await box.folder("app") });
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const inside = await createProject(host, { path: `${root}/workspaces/app` });
  await createProject(host, { path: `${root}/workspaces/only` });
  const text = await box.ui.during(async () =>
    deepStrictEqual(await locateProject(host, "app", root), inside)
  );
  strictEqual(text.includes("client/app") && text.includes("default/app"), true, text);
  deepStrictEqual(await locateProject(host, "app", "/"), outside);
  deepStrictEqual(await locateProject(host, "default/app", root), outside);
  await rejects(locateProject(host, "only", "/"), { code: "unknown-project" });
  strictEqual((await hintOf(locateProject(host, "only", "/"))).includes("client/only"), true);
  strictEqual((await hintOf(locateProject(host, "client/onyl", "/"))).includes("client/only"), true);
  strictEqual((await hintOf(locateProject(host, "client", "/"))).includes("workset info client"), true);
});

Deno.test("default/NAME is a standalone project too, and what is none of them is not its own suggestion", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const alone = await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
  deepStrictEqual(await locateProject(host, "default/alone", "/"), alone);
  deepStrictEqual(await locateProject(host, "alone", "/"), alone);
  await rejects(locateProject(host, "default/alnoe", "/"), { code: "unknown-project" });
  strictEqual((await hintOf(locateProject(host, "default/alnoe", "/"))).includes("alone"), true);
});

Deno.test("what is in a workset and none of its projects is reported, and nothing is begun there", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  await createProject(host, { path: `${root}/workspaces/app` });
  const stray = `${root}/workspaces/stray/src`;
  await Deno.mkdir(stray, { recursive: true });
  for (const folder of [root, `${root}/workspaces`, stray, `${root}/boxes/app`]) {
    await rejects(locateProject(host, undefined, folder), { code: "not-a-member" }, folder);
  }
  strictEqual((await hintOf(locateProject(host, undefined, root))).includes("client/app"), true);
  strictEqual(
    (await hintOf(locateProject(host, undefined, stray))).includes(`create ${root}/workspaces/stray`),
    true,
  );
  for (const path of [root, `${root}/workspaces`, `${root}/x`, stray, `${root}/boxes/y`]) {
    await rejects(createProject(host, { path }), { code: "not-a-member" }, path);
  }
  await rejects(createProject(host, { path: `${root}/workspaces/app` }), { code: "already-a-project" });
  await rejects(createProject(host, { path: `${root}/workspaces/app/below` }), { code: "nested-project" });
  await rejects(createProject(host, { path: `${root}/workspaces/Big Name` }), { code: "bad-name" });
  await rejects(createProject(host, { path: `${root}/workspaces/a`, name: "b" }), { code: "bad-name" });
  await rejects(createProject(host, { path: `${box.root}/work` }), { code: "holds-workset" });
  strictEqual((await createProject(host, { path: `${root}/workspaces/stray` })).name, "stray");
});

Deno.test("a workset others could write, or that is damaged, is not believed", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const project = await createProject(host, { path: `${root}/workspaces/app` });
  const elsewhere = await createProject(host, { path: await box.folder("app") });
  await Deno.chmod(root, 0o777);
  await rejects(locateProject(host, undefined, project.path), { code: "workset-damaged" });
  await rejects(locateProject(host, "client/app", "/"), { code: "workset-damaged" });
  // Projects that are known to be others' own go on.
  deepStrictEqual(await locateProject(host, undefined, elsewhere.path), elsewhere);
  await Deno.chmod(root, 0o755);
  deepStrictEqual(await locateProject(host, undefined, project.path), project);
  await Deno.remove(`${root}/workset.toml`);
  await rejects(locateProject(host, "client/app", "/"), { code: "workset-damaged" });
});

Deno.test("projects of one name in different groups share no place, and none of their ids is another's", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const all = [await createProject(host, { path: await box.folder("app") })];
  for (const place of ["a", "b", "deep/a"]) {
    const name = place.replace("/", "-");
    const { root } = await createWorkset(host, { path: `${box.root}/work/${place}-ws`, name });
    all.push(await createProject(host, { path: `${root}/workspaces/app` }));
  }
  for (const key of ["id", "state", "home", "metadata", "path", "hash"] as const) {
    strictEqual(new Set(all.map((project) => project[key])).size, all.length, key);
  }
  deepStrictEqual(all.map(qualifiedName), ["app", "a/app", "b/app", "deep-a/app"]);
  for (const project of all) {
    deepStrictEqual(await locateProject(host, qualifiedName(project), "/"), project);
  }
  deepStrictEqual((await listProjects(host)).map(({ qualifiedName, id }) => [qualifiedName, id]), [
    ["a/app", all[1]!.id],
    ["app", all[0]!.id],
    ["b/app", all[2]!.id],
    ["deep-a/app", all[3]!.id],
  ]);
  deepStrictEqual(await projectNames(host), ["a/app", "app", "b/app", "deep-a/app"]);
  deepStrictEqual(await worksetNames(host), ["a", "b", "deep-a"]);
});

Deno.test("the login is shared when neither the project nor its workset says no", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const shared = await createWorkset(host, { path: `${box.root}/work/shared` });
  const distinct = await createWorkset(host, { path: `${box.root}/work/distinct`, distinctAuth: true });
  const make = async (root: string, name: string, distinctAuth: boolean) =>
    (await createProject(host, { path: `${root}/workspaces/${name}`, distinctAuth })).sharedAuth;
  strictEqual(await make(shared.root, "a", false), true);
  strictEqual(await make(shared.root, "b", true), false);
  strictEqual(await make(distinct.root, "a", false), false);
  await box.write(`${shared.root}/config.toml`, "[project]\ngroup_auth = false\n");
  strictEqual((await locateProject(host, "shared/a", "/")).sharedAuth, false);
});

Deno.test("the boxes folder of earlier versions is used under its old name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const project = await createProject(host, { path: `${root}/workspaces/app` });
  await Deno.rename(`${root}/boxes`, `${root}/kanibako`);
  const found = await locateProject(host, "client/app", "/");
  const old = (path: string) => path.replace(`${root}/boxes/`, `${root}/kanibako/`);
  deepStrictEqual(found, { ...project, home: old(project.home), metadata: old(project.metadata) });
  strictEqual((await Deno.stat(found.home)).isDirectory, true, "nothing is renamed by what only looks");
  deepStrictEqual((await listProjects(host)).map(({ status }) => status), ["ok"]);
  const beside = await createProject(host, { path: `${root}/workspaces/web` });
  strictEqual(beside.metadata, `${root}/kanibako/web`);
});
