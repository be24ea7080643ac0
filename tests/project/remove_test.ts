import { exists } from "../../lib/host/path.ts";
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { createProject } from "../../lib/project/create.ts";
import { listProjects, orphanHint, projectNames } from "../../lib/project/list.ts";
import { removeTree } from "../../lib/host/tree/remove.ts";
import { findRemoval } from "../../lib/project/remove.ts";
import { removeProject } from "./remove.ts";
import { readRegistry } from "../../lib/project/registry.ts";
import { Sandbox } from "../config/support.ts";

const purge = { purge: true };

Deno.test("a removed project is forgotten, its data stays, and can be purged later by its name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app") });
  const removal = await findRemoval(host, "app");
  deepStrictEqual(await removeProject(host, removal, { purge: false }), {
    remaining: [made.metadata],
    failures: [],
  });
  deepStrictEqual((await readRegistry(host)).projects, {});
  const left = await findRemoval(host, "app");
  strictEqual(left.kind, "left-over");
  strictEqual(left.id, made.id);
  deepStrictEqual(await removeProject(host, left, purge), { remaining: [], failures: [] });
  strictEqual(exists(made.metadata), false);
  await rejects(findRemoval(host, "app"), { code: "unknown-project" });
});

Deno.test("purge deletes data and links, forgets the name, and leaves the workspace alone", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app"), layout: "robust" });
  await box.write(`${made.path}/code.ts`, "mine");
  await box.write(`${made.state}/steps.json`, "{}");
  await box.write(`${host.dirs.data}/logs/app/x.jsonl`, "");
  await removeProject(host, await findRemoval(host, made.path), purge);
  for (const path of [made.metadata, made.state, `${host.dirs.data}/logs/app`, `${made.path}/vault`]) {
    strictEqual(exists(path), false, path);
  }
  strictEqual(exists(`${host.system.paths.vaultLinks}/app`), false);
  strictEqual(await Deno.readTextFile(`${made.path}/code.ts`), "mine");
  const again = await createProject(host, { path: made.path });
  strictEqual(again.name, "app");
});

Deno.test("purge keeps a vault in the workspace, and a link of the user's", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app") });
  await box.write(`${made.vault!.readWrite}/notes`, "mine");
  await removeProject(host, await findRemoval(host, "app"), purge);
  strictEqual(await Deno.readTextFile(`${made.path}/vault/rw/notes`), "mine");
});

Deno.test("purge deletes a home in the workspace without following a link in its place", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const made = await createProject(host, { path: await box.folder("app"), layout: "simple" });
  const target = await box.write("work/target/mine", "");
  await Deno.remove(made.home);
  await Deno.symlink(`${box.root}/work/target`, made.home);
  await removeProject(host, await findRemoval(host, "app"), purge);
  strictEqual(exists(target), true);
  strictEqual(exists(made.home), false);
});

Deno.test("a standalone project is removed by name or folder, and its workspace stays", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  for (const word of ["alone", `${box.root}/work/alone`]) {
    const made = await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
    await box.write(`${made.path}/code.ts`, "mine");
    const removal = await findRemoval(host, word, "/");
    strictEqual(removal.kind, "standalone");
    strictEqual(removal.id, made.id);
    await removeProject(host, removal, purge);
    strictEqual(exists(made.metadata), false);
    strictEqual(await Deno.readTextFile(`${made.path}/code.ts`), "mine");
    deepStrictEqual(await listProjects(host), []);
  }
});

for (const word of ["..", ".", "/", "", "../..", "boxes", "__proto__"]) {
  Deno.test(`there is nothing to remove called ${JSON.stringify(word)}`, async () => {
    await using box = await Sandbox.make();
    const host = await box.open();
    await createProject(host, { path: await box.folder("app") });
    await rejects(findRemoval(host, word, `${box.root}/work`), { code: "unknown-project" });
  });
}

Deno.test("a slip in the name gets a suggestion", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createProject(host, { path: await box.folder("webapp") });
  await rejects(findRemoval(host, "webap"), (error: { hints: string[] }) => {
    strictEqual(error.hints[0], "Did you mean webapp?");
    return true;
  });
});

Deno.test("data that cannot be deleted is reported, and can be purged again", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { metadata } = await createProject(host, { path: await box.folder("app") });
  const failing = (path: string) =>
    path === metadata ? Promise.reject(new KanibakoError("needs-engine", "no")) : removeTree(path);
  const result = await removeProject(host, await findRemoval(host, "app"), { ...purge, removeTree: failing });
  deepStrictEqual(result.remaining, [metadata]);
  deepStrictEqual(result.failures.map(({ path, error }) => [path, error.code]), [[metadata, "needs-engine"]]);
  const again = await removeProject(host, await findRemoval(host, "app"), purge);
  deepStrictEqual(again, { remaining: [], failures: [] });
});

Deno.test("listProjects tells all there are, and how they are", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  deepStrictEqual(await listProjects(host), []);
  strictEqual(await orphanHint(host, `${box.root}/work/fine`), undefined);
  for (const name of ["fine10", "fine9", "fine", "gone", "empty", "left"]) {
    await createProject(host, { path: await box.folder(name) });
  }
  await createProject(host, { path: await box.folder("alone"), mode: "standalone" });
  await Deno.remove(`${box.root}/work/gone`, { recursive: true });
  await Deno.remove(`${host.system.paths.boxes}/empty`, { recursive: true });
  await removeProject(host, await findRemoval(host, "left"), { purge: false });
  const short = (await listProjects(host)).map(({ name, mode, status }) => `${name} ${mode} ${status}`);
  deepStrictEqual(short, [
    "alone standalone ok",
    "empty default no-data",
    "fine default ok",
    "fine9 default ok",
    "fine10 default ok",
    "gone default missing",
    "left default left-over",
  ]);
  strictEqual(
    (await orphanHint(host, `${box.root}/work/fine`))?.startsWith("The folder of project gone is gone."),
    true,
  );
  deepStrictEqual(
    await orphanHint(host, `${box.root}/work/left`),
    "The data of this folder's earlier box left is still there. To use it instead: " +
      `kanibako rm NAME --purge, then kanibako box migrate left ${box.root}/work/left`,
  );
  deepStrictEqual(await projectNames(host), ["alone", "empty", "fine", "fine10", "fine9", "gone"]);
});
