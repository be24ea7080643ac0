import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { readConfig } from "../../lib/config/file.ts";
import { type CreateOptions, createProject, ensureProject } from "../../lib/project/create.ts";
import { locateProject } from "../../lib/project/locate.ts";
import type { ProjectLayout } from "../../lib/project/project.ts";
import { hiddenByVault, vaultHint } from "../../lib/project/vault_folders.ts";
import { readRegistry } from "../../lib/project/registry.ts";
import { listing, Sandbox } from "../config/support.ts";

const modes = ["default", "standalone"] as const;
const layouts: readonly ProjectLayout[] = ["simple", "default", "robust"];

for (const mode of modes) {
  for (const layout of layouts) {
    Deno.test(`a ${mode} project with the ${layout} layout is made and found again`, async () => {
      await using box = await Sandbox.make();
      const host = await box.open();
      const made = await createProject(host, { path: await box.folder("app"), mode, layout });
      deepStrictEqual(await locateProject(host, undefined, made.path), made);
      strictEqual(made.exists, true);
      for (const path of [made.home, made.vault!.readOnly, made.vault!.readWrite]) {
        strictEqual((await Deno.lstat(path)).isDirectory, true, path);
      }
      deepStrictEqual(await listing(made.home), []);
      strictEqual((await Deno.stat(made.home)).mode! & 0o777, 0o700);
      strictEqual((await Deno.stat(made.metadata)).mode! & 0o777, 0o700);
    });
  }
}

Deno.test("the vault ignores what the box writes and the snapshots", async () => {
  await using box = await Sandbox.make();
  const { path } = await createProject(await box.open(), { path: await box.folder("app") });
  strictEqual(await Deno.readTextFile(`${path}/vault/.gitignore`), "/rw/\n/.versions/\n/.gitignore\n");
});

Deno.test("snapshots are ignored too where the vault's folder was there before, and what it says otherwise stays", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const ignored = async (path: string) => {
    await createProject(host, { path, allowNested: true });
    return await Deno.readTextFile(`${path}/vault/.gitignore`);
  };
  await box.write("work/one/vault/rw/mine", "");
  strictEqual(await ignored(`${box.root}/work/one`), "/.versions/\n");
  await box.write("work/two/vault/.gitignore", "*.log");
  strictEqual(await ignored(`${box.root}/work/two`), "*.log\n/rw/\n/.versions/\n");
  const target = await box.write("work/target", "mine\n");
  await Deno.symlink(target, `${await box.folder("three/vault")}/.gitignore`);
  strictEqual(await ignored(`${box.root}/work/three`), "mine\n");
});

Deno.test("what a repository has in a folder called vault is reported as hidden where the vault lies there", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = async (name: string, options: Partial<CreateOptions> = {}) => {
    await box.write(`work/${name}/vault/src/code`, "");
    await box.write(`work/${name}/vault/.gitignore`, "*.o\n");
    return await createProject(host, { path: `${box.root}/work/${name}`, ...options });
  };
  const alone = await made("alone", { mode: "standalone" });
  deepStrictEqual(await hiddenByVault(alone), ["src"]);
  const hint = await vaultHint(alone);
  match(hint!, new RegExp(`does not see src in ${alone.path}/vault:`));
  match(hint!, new RegExp(`kanibako rm alone --purge, then .*create --standalone --no-vault ${alone.path}$`));
  match(
    (await vaultHint(await made("plain")))!,
    /kanibako rm plain --purge, then kanibako create --no-vault/,
  );
  strictEqual(await vaultHint(await made("robust", { layout: "robust" })), undefined);
  strictEqual(await vaultHint(await made("none", { mode: "standalone", vault: false })), undefined);
  await box.write("work/again/vault/.versions/then/snapshot.json", "{}");
  const again = await made("again");
  match((await vaultHint(again))!, /--purge, then move \S+\/vault\/\.versions .*, then kanibako create/);
  await box.write("work/still/vault/.versions/then/snapshot.json", "{}");
  const still = await made("still", { vault: false });
  match((await vaultHint(still))!, /does not see src in .*an earlier vault.*still\/vault\/\.versions$/);
  const empty = await createProject(host, { path: await box.folder("empty"), mode: "standalone" });
  strictEqual(await vaultHint(empty), undefined);
});

Deno.test("a vault kept elsewhere is linked; what the user has in its place stays", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("a/app"), layout: "robust" });
  strictEqual(await Deno.readLink(`${one.path}/vault`), `${one.metadata}/vault`);
  strictEqual(await Deno.readLink(`${host.system.paths.vaultLinks}/app`), `${one.metadata}/vault`);
  await box.write("work/b/app/vault/mine", "");
  const two = await createProject(host, { path: `${box.root}/work/b/app`, layout: "robust" });
  strictEqual((await Deno.lstat(`${two.path}/vault`)).isDirectory, true);
  strictEqual(await Deno.readLink(`${host.system.paths.vaultLinks}/app1`), `${two.metadata}/vault`);
});

Deno.test("without a vault there are no vault folders", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app"), vault: false });
  strictEqual(made.vault, undefined);
  deepStrictEqual(await listing(made.path), []);
  const configured = await box.open("[project]\nenable_vault = false\n");
  strictEqual((await createProject(configured, { path: await box.folder("b") })).vault, undefined);
  const asked = await createProject(configured, { path: await box.folder("c"), vault: true });
  strictEqual(asked.vault !== undefined, true);
});

Deno.test("an image is stored when it was asked for, and only then", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const image = async (name: string, options: Partial<CreateOptions>) => {
    const { metadata } = await createProject(host, { path: await box.folder(name), ...options });
    return (await readConfig(`${metadata}/project.toml`, "box")).values["box.image"];
  };
  strictEqual(await image("a", {}), undefined);
  strictEqual(await image("b", { image: "oci" }), "oci");
  await rejects(image("c", { image: "--privileged" }), { code: "bad-value" });
});

Deno.test("--name is taken exactly, in both modes, or refused", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("app");
  strictEqual((await createProject(host, { path, name: "shop" })).name, "shop");
  const alone = await createProject(host, { path: await box.folder("b"), name: "other", mode: "standalone" });
  strictEqual(alone.name, "other");
  await rejects(createProject(host, { path: await box.folder("c"), name: "shop" }), (error: Error) => {
    match(error.message, new RegExp(`taken by the project in ${path}`));
    return true;
  });
  for (const name of ["..", "a/b", "sp ace", "default"]) {
    await rejects(createProject(host, { path: await box.folder("c"), name }), { code: "bad-name" });
  }
});

Deno.test("data left of another project never becomes a new project's home", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write(`${host.system.paths.boxes}/app/shell/.credentials`, "secret");
  const made = await createProject(host, { path: await box.folder("app") });
  strictEqual(made.name, "app-2");
  deepStrictEqual(await listing(made.home), []);
  const named = createProject(host, { path: await box.folder("b"), name: "app" });
  await rejects(named, (error: { code: string; hints: string[] }) => {
    match(error.hints[0]!, /kanibako rm app --purge/);
    return error.code === "left-over";
  });
});

Deno.test("a folder that is a project, or in one, is refused; nesting can be asked for", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { path } = await createProject(host, { path: await box.folder("app") });
  const inner = await box.folder("app/inner");
  for (const mode of modes) {
    await rejects(createProject(host, { path, mode }), { code: "already-a-project" });
    await rejects(createProject(host, { path: inner, mode }), { code: "nested-project" });
  }
  strictEqual((await createProject(host, { path: inner, allowNested: true })).name, "inner");
  const deep = await createProject(host, { path: `${inner}/deep`, mode: "standalone", allowNested: true });
  deepStrictEqual(await locateProject(host, undefined, deep.path), deep);
});

Deno.test("a missing workspace is made, with the folders above it", async () => {
  await using box = await Sandbox.make();
  const made = await createProject(await box.open(), { path: "new/app", cwd: `${box.root}/work` });
  strictEqual(made.path, `${box.root}/work/new/app`);
});

Deno.test("a creation that fails midway leaves nothing behind", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write("work/app/vault/ro", "a file where a folder belongs");
  await box.write("work/alone/vault", "a file where a folder belongs");
  await createProject(host, { path: await box.folder("first") });
  const before = (await listing(box.root)).filter((path) => !path.includes("locks"));
  for (const layout of layouts.slice(0, 2)) {
    await rejects(createProject(host, { path: `${box.root}/work/app`, layout }), { code: "unsafe-path" });
    await rejects(createProject(host, { path: `${box.root}/work/alone`, layout, mode: "standalone" }), {
      code: "unsafe-tree",
    });
  }
  deepStrictEqual((await listing(box.root)).filter((path) => !path.includes("locks")), before);
  deepStrictEqual(Object.keys((await readRegistry(host)).projects), ["first"]);
  await Deno.remove(`${box.root}/work/app/vault`, { recursive: true });
  strictEqual((await createProject(host, { path: `${box.root}/work/app` })).name, "app");
});

Deno.test("a link in place of the vault is not followed at creation", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const target = await box.folder("target");
  await Deno.symlink(target, `${await box.folder("app")}/vault`);
  await rejects(createProject(host, { path: `${box.root}/work/app` }));
  deepStrictEqual(await listing(target), []);
});

Deno.test("a standalone project is kept out of its repository, its ignore file kept", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("alone");
  await Deno.writeTextFile(`${path}/.gitignore`, "node_modules");
  await createProject(host, { path, mode: "standalone" });
  strictEqual(await Deno.readTextFile(`${path}/.gitignore`), "node_modules\n.kanibako/\n");
  const said = await box.folder("said");
  await Deno.writeTextFile(`${said}/.gitignore`, "/.kanibako/\n");
  await createProject(host, { path: said, mode: "standalone" });
  strictEqual(await Deno.readTextFile(`${said}/.gitignore`), "/.kanibako/\n");
});

Deno.test("an ignore file that is a link is not followed", async () => {
  await using box = await Sandbox.make();
  const path = await box.folder("alone");
  const target = await box.write("work/target", "mine\n");
  await Deno.symlink(target, `${path}/.gitignore`);
  await createProject(await box.open(), { path, mode: "standalone" });
  strictEqual(await Deno.readTextFile(target), "mine\n");
});

Deno.test("what is in place of a standalone project's folder is not taken over, an empty folder is", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write("work/full/.kanibako/shell/x", "");
  await rejects(createProject(host, { path: `${box.root}/work/full`, mode: "standalone" }), {
    code: "left-over",
  });
  await box.write("work/file/kanibako", "a program");
  const robust = { path: `${box.root}/work/file`, mode: "standalone", layout: "robust" } as const;
  await rejects(createProject(host, robust), { code: "left-over" });
  strictEqual(await Deno.readTextFile(`${box.root}/work/file/kanibako`), "a program");
  await box.folder("empty/.kanibako");
  await createProject(host, { path: `${box.root}/work/empty`, mode: "standalone" });
});

Deno.test("ensureProject makes a new project once, also when two are at it", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await locateProject(host, undefined, await box.folder("app"));
  const both = await Promise.all([ensureProject(host, project), ensureProject(host, project)]);
  deepStrictEqual(both.map(({ created }) => created).sort(), [false, true]);
  deepStrictEqual(both[0]!.project, both[1]!.project);
  deepStrictEqual(Object.keys((await readRegistry(host)).projects), ["app"]);
});

Deno.test("ensureProject makes lost folders again", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  for (const mode of modes) {
    const made = await createProject(host, { path: await box.folder(mode), mode });
    await Deno.remove(made.home, { recursive: true });
    await Deno.remove(`${made.path}/vault`, { recursive: true });
    deepStrictEqual(await ensureProject(host, made), { project: made, created: false });
    for (const path of [made.home, made.vault!.readOnly, made.vault!.readWrite]) await Deno.stat(path);
  }
});
