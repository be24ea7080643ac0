import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { compareFile, compareSnapshots } from "../../../lib/app/vault/diff.ts";
import { snapshotsOf } from "../../../lib/app/vault/list.ts";
import { pruneSnapshots } from "../../../lib/app/vault/prune.ts";
import { restoreSnapshot } from "../../../lib/app/vault/restore.ts";
import { takeSnapshotOf } from "../../../lib/app/vault/snapshot.ts";
import { exportToFile, importFromFile } from "../../../lib/app/vault/transfer.ts";
import { verifySnapshots } from "../../../lib/app/vault/verify.ts";
import { Aborted } from "../../../lib/host/error.ts";
import type { Project } from "../../../lib/project/project.ts";
import { AppWorld } from "../world.ts";

/** A project `api` whose vault holds `file` with the text `one`. */
async function withVault(): Promise<{ world: AppWorld; project: Project; file: string } & AsyncDisposable> {
  const world = await AppWorld.make();
  const { project } = await create(world.host, { path: await world.folder("api"), cwd: "/" });
  const file = `${project.vault!.readWrite}/file`;
  await Deno.writeTextFile(file, "one\n");
  return { world, project, file, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** The plain way: no other process makes checksums afterwards. */
const strategy = "hardlink";

Deno.test("snapshots are taken, listed, compared and verified, and each is an event", async () => {
  await using made = await withVault();
  const { world, project, file } = made;
  const taken = await takeSnapshotOf(world.host, "api", "/", { name: "first", strategy });
  strictEqual(taken.kind, "taken");
  deepStrictEqual(
    world.events.map(({ kind, box, data }) => [kind, box, data]),
    [["snapshot", project.id, { name: "first" }]],
  );
  const again = await takeSnapshotOf(world.host, "api", "/", { ifChanged: true, strategy });
  strictEqual(again.kind, "unchanged");
  deepStrictEqual((await snapshotsOf(world.host, "api", "/")).map(({ name }) => name), ["first"]);
  await Deno.writeTextFile(file, "two and more\n");
  const request = { project: "api", cwd: "/" };
  const found = await compareSnapshots(world.host, request, (differences, { before, after }) => [
    before,
    after,
    [...differences].map(({ what, path }) => `${what} ${path}`),
  ]);
  deepStrictEqual(found, ["first", "live", ["changed file"]]);
  ok((await compareFile(world.host, request, "file")).includes("+two and more"));
  const verdicts = await verifySnapshots(world.host, "api", "/");
  deepStrictEqual(verdicts.map(({ name, outcome }) => [name, outcome !== "damaged"]), [["first", true]]);
  deepStrictEqual(world.ui.notes, []);
});

Deno.test("a restore is asked first, and keeps what was there", async () => {
  await using made = await withVault();
  const { world, file } = made;
  await takeSnapshotOf(world.host, "api", "/", { name: "first", strategy });
  await Deno.writeTextFile(file, "two\n");
  await rejects(restoreSnapshot(world.host, "api", "/", "first"), Aborted);
  match(world.ui.questions[0]?.details?.[0] ?? "", /takes the vault of api back to first/);
  strictEqual(await Deno.readTextFile(file), "two\n");
  const { before, paths } = await restoreSnapshot(world.host, "api", "/", "first", { force: true });
  strictEqual(await Deno.readTextFile(file), "one\n");
  deepStrictEqual(paths, []);
  await restoreSnapshot(world.host, "api", "/", before!, { force: true, paths: ["file"] });
  strictEqual(await Deno.readTextFile(file), "two\n");
});

Deno.test("prune names what goes, removes nothing in a dry run or after a no", async () => {
  await using made = await withVault();
  const { world, file } = made;
  for (const text of ["a", "b", "c"]) {
    await Deno.writeTextFile(file, text);
    await takeSnapshotOf(world.host, "api", "/", { strategy });
  }
  const names = async () => (await snapshotsOf(world.host, "api", "/")).map(({ name }) => name);
  const before = await names();
  const dry = await pruneSnapshots(world.host, "api", "/", { keep: 1, dryRun: true });
  deepStrictEqual([dry.removed.length, dry.total, world.ui.questions.length], [2, 3, 0]);
  await rejects(pruneSnapshots(world.host, "api", "/", { keep: 1 }), Aborted);
  deepStrictEqual(await names(), before);
  await pruneSnapshots(world.host, "api", "/", { keep: 1, force: true });
  deepStrictEqual(await names(), before.slice(-1));
});

Deno.test("a snapshot goes to a file and comes back from it, and what the file may hold is noted", async () => {
  await using made = await withVault();
  const { world } = made;
  const cwd = await world.folder("out");
  await takeSnapshotOf(world.host, "api", "/", { name: "first", strategy });
  const { file } = await exportToFile(world.host, { project: "api", cwd, name: "first" });
  strictEqual(file, `${cwd}/api-first.tar.zst`);
  deepStrictEqual(world.ui.codes, ["export-private"]);
  await rejects(exportToFile(world.host, { project: "api", cwd, name: "first" }), { code: "exists" });
  const { snapshot } = await importFromFile(world.host, { project: "api", cwd, file, name: "back" });
  strictEqual(snapshot.name, "back");
  strictEqual((await snapshotsOf(world.host, "api", "/")).length, 2);
});
