import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { approveTexts, recordStandalone } from "../../lib/config/approval.ts";
import { createProject } from "../../lib/project/create.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { updateRegistry } from "../../lib/project/registry.ts";
import { listing, Sandbox } from "../config/support.ts";

Deno.test("a folder that is no project yet comes with its places, and nothing is made", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("My App");
  const before = await listing(box.root);
  const project = await locateProject(host, undefined, path);
  strictEqual(project.exists, false);
  strictEqual(project.name, "my-app");
  strictEqual(project.id, "kanibako-my-app");
  strictEqual(project.metadata, `${host.system.paths.boxes}/my-app`);
  strictEqual(project.state, `${host.dirs.state}/boxes/kanibako-my-app`);
  deepStrictEqual(await listing(box.root), before);
});

Deno.test("two folders that are no projects yet never share a place", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: await box.folder("a/app") });
  const b = await locateProject(host, undefined, await box.folder("b/app"));
  strictEqual(b.name, "app-2");
  const c = await createProject(host, { path: await box.folder("c/app") });
  strictEqual(c.name, "app-2");
  strictEqual((await locateProject(host, undefined, b.path)).name, "app-3");
});

Deno.test("a project is found from a folder in it, by its name, and by any spelling of its path", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("app/deep/deeper");
  const made = await createProject(host, { path: `${box.root}/work/app` });
  for (
    const [word, cwd] of [[undefined, path], ["app", "/"], [".", path], ["../..", path], [
      `${made.path}/`,
      "/",
    ]]
  ) {
    deepStrictEqual(await locateProject(host, word, cwd), made);
  }
});

Deno.test("the deepest project wins", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: await box.folder("outer") });
  await createProject(host, { path: await box.folder("outer/inner"), allowNested: true });
  strictEqual((await locateProject(host, undefined, await box.folder("outer/inner/x"))).name, "inner");
  strictEqual((await locateProject(host, undefined, await box.folder("outer/other"))).name, "outer");
});

Deno.test("a word that is neither folder nor name is an error with a suggestion, inside a project too", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { path } = await createProject(host, { path: await box.folder("webapp") });
  for (const cwd of [path, box.root]) {
    await rejects(locateProject(host, "webap", cwd), (error: { code: string; hints: string[] }) => {
      strictEqual(error.hints[0], "Did you mean webapp?");
      return error.code === "unknown-project";
    });
    await rejects(locateProject(host, "status", cwd), { code: "unknown-project" });
  }
  await box.write(`${path}/status`, "a file does not make it a folder");
  await rejects(locateProject(host, "status", path), { code: "unknown-project" });
  await rejects(locateProject(host, "", path), { code: "unknown-project" });
  await rejects(locateProject(host, "./status", path), { code: "not-a-folder" });
  await rejects(locateProject(host, "__proto__", path), { code: "unknown-project" });
});

Deno.test("a folder here comes before a name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: await box.folder("x/app") });
  const here = await box.folder("y/app");
  strictEqual((await locateProject(host, "app", `${box.root}/work/y`)).path, here);
});

Deno.test("a name whose folder is gone, or is another one now, is an error", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { path } = await createProject(host, { path: await box.folder("app") });
  await Deno.rename(path, `${path}-moved`);
  await rejects(locateProject(host, "app", "/"), { code: "project-missing" });
  await Deno.symlink("/etc", path);
  await rejects(locateProject(host, "app", "/"), /leads to \/etc/);
  await Deno.remove(path);
  await Deno.rename(`${path}-moved`, path);
  strictEqual((await locateProject(host, "app", "/")).path, path);
});

Deno.test("an entry whose data is gone is passed over, and its name is used again", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app") });
  await Deno.remove(made.metadata, { recursive: true });
  const again = await locateProject(host, undefined, made.path);
  strictEqual(again.exists, false);
  strictEqual(again.name, "app");
  strictEqual((await createProject(host, { path: made.path })).name, "app");
  strictEqual((await locateProject(host, undefined, made.path)).name, "app");
});

Deno.test("a standalone project is found from below, but a bare .kanibako makes none", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
  const found = await locateProject(host, undefined, await box.folder("alone/x"));
  strictEqual(found.mode, "standalone");
  strictEqual(found.path, `${box.root}/work/alone`);
  strictEqual((await locateProject(host, "alone", "/")).mode, "standalone");
  await box.folder("bare/.kanibako");
  strictEqual((await locateProject(host, undefined, `${box.root}/work/bare`)).exists, false);
});

Deno.test("a standalone project at the home does not capture what is below it", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: host.dirs.home, mode: "standalone", allowHome: true });
  const below = `${host.dirs.home}/code`;
  await Deno.mkdir(below);
  strictEqual((await locateProject(host, undefined, below)).exists, false);
  strictEqual((await locateProject(host, undefined, host.dirs.home)).mode, "standalone");
});

Deno.test("a box cannot make a folder of its workspace a standalone project", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const outer = await createProject(host, { path: await box.folder("outer"), distinctAuth: true });
  await box.write(`${outer.path}/sub/.kanibako/project.toml`, '[project]\nmode = "standalone"\n');
  deepStrictEqual(await locateProject(host, undefined, `${outer.path}/sub`), outer);
  const record = { name: "sub", approved: "", sharedAuth: false };
  await recordStandalone(host.dirs.state, `${outer.path}/sub`, record);
  strictEqual((await locateProject(host, undefined, `${outer.path}/sub`)).mode, "standalone");
});

Deno.test("a box cannot turn its standalone project into a new project by taking the settings away", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, {
    path: await box.folder("alone"),
    mode: "standalone",
    distinctAuth: true,
  });
  const file = `${made.metadata}/project.toml`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace('"standalone"', '"default"'));
  await rejects(locateProject(host, undefined, made.path), { code: "project-damaged" });
  await Deno.remove(made.metadata, { recursive: true });
  await rejects(locateProject(host, "alone", "/"), { code: "project-damaged" });
});

Deno.test("a standalone project's file cannot give it the host's login back, nor name places", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, {
    path: await box.folder("alone"),
    mode: "standalone",
    distinctAuth: true,
  });
  const file = `${made.metadata}/project.toml`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(
    file,
    `${
      text.replace("group_auth = false", "group_auth = true")
    }\n[resolved]\nshell = "/etc"\nvault_rw = "/etc"\n`,
  );
  const found = await locateProject(host, undefined, made.path);
  strictEqual(found.sharedAuth, false);
  strictEqual(found.home, made.home);
  deepStrictEqual(found.vault, made.vault);
});

Deno.test("a standalone project's file cannot give it the login that was to be guarded", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
  const file = `${made.metadata}/project.toml`;
  const plain = await Deno.readTextFile(file);
  const said = (auth: string) => plain.replace("[project]", `[project]\ngroup_auth = ${auth}`);
  const guarded = said('"guarded"');
  const approve = (settings: string) =>
    approveTexts(host.dirs.state, { path: made.path, name: made.name, sharedAuth: true }, {
      settings,
      env: undefined,
    });
  const guards = async () => (await locateProject(host, undefined, made.path)).guardedAuth === true;
  strictEqual(await guards(), false);
  await Deno.writeTextFile(file, guarded);
  strictEqual(await guards(), true);
  await approve(guarded);
  await Deno.writeTextFile(file, plain);
  strictEqual(await guards(), true);
  // The twin: who decides here.
  await approve(plain);
  strictEqual(await guards(), false);
});

Deno.test("where nobody says how the login is used it is guarded by default, and only what was approved says otherwise", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const usual = async (path: string) => (await locateProject(host, undefined, path)).guardsByDefault === true;
  const alone = await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
  strictEqual(await usual(alone.path), true);
  const file = `${alone.metadata}/project.toml`;
  const shared = (await Deno.readTextFile(file)).replace("[project]", "[project]\ngroup_auth = true");
  await Deno.writeTextFile(file, shared);
  strictEqual(await usual(alone.path), true);
  await approveTexts(host.dirs.state, { path: alone.path, name: alone.name, sharedAuth: true }, {
    settings: shared,
    env: undefined,
  });
  strictEqual(await usual(alone.path), false);
  const made = await createProject(host, { path: await box.folder("one") });
  strictEqual(await usual(made.path), true);
  const settings = `${made.metadata}/project.toml`;
  const plain = await Deno.readTextFile(settings);
  for (const said of ["true", "false", '"guarded"']) {
    await Deno.writeTextFile(settings, plain.replace("[project]", `[project]\ngroup_auth = ${said}`));
    strictEqual(await usual(made.path), false, said);
  }
});

for (
  const place of ["alone/.kanibako/shell", "alone/vault/rw", "alone/vault"]
) {
  Deno.test(`a link in place of ${place} is refused`, async () => {
    await using box = await Sandbox.make();
    const host = await box.open();
    const made = await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
    deepStrictEqual(await locateProject(host, undefined, made.path), made);
    for (const target of [box.root, "/nowhere"]) {
      await Deno.remove(`${box.root}/work/${place}`, { recursive: true });
      await Deno.symlink(target, `${box.root}/work/${place}`);
      await rejects(locateProject(host, undefined, made.path), { code: "unsafe-path" });
    }
  });
}

Deno.test("a settings folder or file that is a link makes no project", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write("elsewhere/project.toml", '[project]\nmode = "standalone"\n');
  const one = await box.folder("one");
  await Deno.symlink(`${box.root}/elsewhere`, `${one}/.kanibako`);
  strictEqual((await locateProject(host, undefined, one)).exists, false);
  const two = await box.folder("two/.kanibako");
  await Deno.symlink(`${box.root}/elsewhere/project.toml`, `${two}/project.toml`);
  await rejects(locateProject(host, undefined, `${box.root}/work/two`), { code: "unsafe-file" });
});

Deno.test("older names of the vault's halves are used where they are there", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app") });
  await Deno.rename(`${made.path}/vault/ro`, `${made.path}/vault/share-ro`);
  const found = await locateProject(host, undefined, made.path);
  strictEqual(found.vault?.readOnly, `${made.path}/vault/share-ro`);
  strictEqual(found.vault?.readWrite, `${made.path}/vault/rw`);
});

Deno.test("a workset is distinguished from a project", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const root = await box.folder("ws");
  await updateRegistry(host, (draft) => void (draft.worksets["research"] = root));
  await rejects(locateProject(host, "research", "/"), { code: "is-workset" });
  // A workset that cannot be read might have the folder: nothing new is begun, there or elsewhere.
  await rejects(locateProject(host, undefined, root), { code: "workset-damaged" });
  await rejects(locateProject(host, undefined, await box.folder("else")), { code: "workset-damaged" });
});

Deno.test("the host's login is shared when neither the project nor its workset says no", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const shared = await createProject(host, { path: await box.folder("shared") });
  const distinct = await createProject(host, { path: await box.folder("distinct"), distinctAuth: true });
  strictEqual(shared.sharedAuth, true);
  strictEqual(distinct.sharedAuth, false);
  await box.write(host.system.paths.defaultWorkset, "[project]\ngroup_auth = false\n");
  strictEqual((await locateProject(host, "shared", "/")).sharedAuth, false);
});
