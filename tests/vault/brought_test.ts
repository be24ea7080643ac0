// Snapshots that were not taken here: a clone, an archive or a copy from elsewhere can bring any.

import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { thinAutomatic } from "../../lib/vault/snapshot/before_launch.ts";
import { differences } from "../../lib/vault/compare/diff.ts";
import { openSides } from "../../lib/vault/compare/sides.ts";
import { createProject } from "../../lib/project/create.ts";
import { importSnapshot } from "../../lib/vault/bundle.ts";
import type { SnapshotRecord } from "../../lib/vault/record.ts";
import { listSnapshots, openVault } from "../../lib/vault/store.ts";
import { command } from "../support/trees.ts";
import { settings, VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;
const FUTURE = Date.UTC(2100, 0, 1);

/** The snapshots of a vault by where they come from. */
async function listed(world: VaultWorld): Promise<{ here: string[]; brought: string[] }> {
  using vault = await openVault(world.host, world.project, "look");
  const { all, brought } = await listSnapshots(vault);
  return { here: all.map(({ name }) => name), brought: brought.map(({ name }) => name) };
}

/** Changes what a snapshot says of itself. */
async function rewrite(world: VaultWorld, name: string, values: Partial<SnapshotRecord>): Promise<void> {
  const file = `${world.versions}/${name}/snapshot.json`;
  const record = JSON.parse(await Deno.readTextFile(file)) as SnapshotRecord;
  await Deno.writeTextFile(file, JSON.stringify({ ...record, ...values }));
}

/** A vault with a snapshot that another machine took, of a file `a` with the text `theirs`. */
async function withBrought(
  record: Partial<SnapshotRecord> = {},
  prepare: (world: VaultWorld) => Promise<void> = () => Promise.resolve(),
): Promise<VaultWorld> {
  await using other = await VaultWorld.make();
  await other.write("a", "theirs");
  await prepare(other);
  await other.snapshot({ strategy: "hardlink" }, { name: "theirs" });
  await rewrite(other, "theirs", record);
  const world = await VaultWorld.make();
  await Deno.mkdir(world.versions, { recursive: true });
  await command("cp", "-a", `${other.versions}/theirs`, `${world.versions}/theirs`);
  return world;
}

Deno.test("a snapshot of another machine is distinguished from those taken here, and can be restored by its name", async () => {
  await using world = await withBrought();
  await world.write("a", "ours");
  await world.snapshot({}, { name: "ours" });
  assert.deepEqual(await listed(world), { here: ["ours"], brought: ["theirs"] });
  const { before } = await world.restore("theirs");
  assert.equal(await world.read("a"), "theirs");
  await world.restore(before!);
  assert.equal(await world.read("a"), "ours");
});

Deno.test("a snapshot taken here stays one of ours wherever it goes on this machine", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({}, { name: "one" });
  await world.verify();
  const project = await createProject(world.host, { path: await world.sandbox.folder("copy") });
  await command("cp", "-a", world.versions, `${project.path}/vault/.versions`);
  using vault = await openVault(world.host, project, "look");
  const { all, brought } = await listSnapshots(vault);
  assert.deepEqual([all.map(({ name }) => name), brought], [["one"], []]);
});

Deno.test("a snapshot whose record was changed is none of ours any more", async () => {
  const changes: Partial<SnapshotRecord>[] = [
    { takenAt: FUTURE },
    { auto: true },
    { note: "x" },
    { only: ["a"] },
    { id: "0" },
    { mark: "" },
    { mark: "00" },
    { mark: "ab".repeat(32) },
  ];
  for (const change of changes) {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    await world.snapshot({}, { name: "one" });
    assert.deepEqual((await listed(world)).here, ["one"]);
    await rewrite(world, "one", change);
    assert.deepEqual(await listed(world), { here: [], brought: ["one"] }, JSON.stringify(change));
  }
});

Deno.test("when this machine's key is lost no snapshot is, and new ones are ours again", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({}, { name: "one" });
  const key = `${world.host.dirs.state}/vault.key`;
  for (const damage of [() => Deno.remove(key), () => Deno.writeTextFile(key, "no key\n")]) {
    await damage();
    assert.ok((await listed(world)).brought.includes("one"));
    await world.write("a", "two");
    const { name } = await world.snapshot();
    assert.deepEqual((await listed(world)).here, [name]);
    await world.restore("one");
    assert.equal(await world.read("a"), "one");
  }
});

Deno.test("what is compared with by default is a snapshot taken here, whatever time another claims", async () => {
  await using world = await withBrought({ takenAt: FUTURE, auto: false });
  {
    using vault = await openVault(world.host, world.project);
    await assert.rejects(openSides(vault, undefined, undefined), refused("unknown-snapshot"));
  }
  await world.write("a", "ours");
  await world.snapshot({}, { name: "ours" });
  using vault = await openVault(world.host, world.project);
  await using sides = await openSides(vault, undefined, undefined);
  assert.equal(sides.before.name, "ours");
  assert.deepEqual([...differences(sides, true)], []);
  await using named = await openSides(vault, "theirs", undefined);
  assert.deepEqual([...differences(named, true)].map(({ path }) => path), [
    "a",
  ]);
});

Deno.test("thinning neither removes a snapshot from elsewhere nor lets it take the place of one of ours", async () => {
  await using world = await withBrought({ takenAt: FUTURE, auto: true });
  await rewrite(world, "theirs", { takenAt: FUTURE + 1 });
  for (const text of ["1", "2", "3"]) {
    await world.write("a", text);
    await world.snapshot({}, { auto: true });
  }
  using vault = await openVault(world.host, world.project);
  const gone = await thinAutomatic(vault, settings({ keep: 2, keepDaily: 0, keepWeekly: 0 }));
  assert.equal(gone.length, 1);
  const { here, brought } = await listed(world);
  assert.deepEqual([here.length, brought], [2, ["theirs"]]);
});

Deno.test("nothing is linked to a snapshot that is none of ours; to one of ours it is", async () => {
  for (const change of [undefined, { note: "x" }]) {
    await using world = await VaultWorld.make();
    await world.write("a", "same");
    await world.snapshot({ strategy: "hardlink" }, { name: "one" });
    if (change) await rewrite(world, "one", change);
    await world.write("b", "new");
    await world.snapshot({ strategy: "hardlink" }, { name: "two" });
    const { nlink } = await Deno.stat(`${world.versions}/two/content/a`);
    assert.equal(nlink, change ? 1 : 2);
  }
});

Deno.test("what is restored of another's snapshot has nothing that others could write, and no setuid; of ours it has what it had", async () => {
  const prepare = async ({ live }: VaultWorld) => {
    await Deno.mkdir(`${live}/folder`);
    await Deno.chmod(`${live}/folder`, 0o777);
    await Deno.chmod(`${live}/a`, 0o4777);
    await Deno.symlink("/etc/passwd", `${live}/link`);
    await Deno.chmod(live, 0o777);
  };
  const modes = async ({ live }: VaultWorld) => {
    const found = [];
    for (const path of ["", "/folder", "/a"]) found.push((await Deno.stat(`${live}${path}`)).mode! & 0o7777);
    return found;
  };
  await using world = await withBrought({}, prepare);
  // A clone keeps setuid where it was made by hand; a link to elsewhere is a link.
  await Deno.chmod(`${world.versions}/theirs/content/a`, 0o4777);
  const outside = (await Deno.stat("/etc/passwd")).mode;
  await world.restore("theirs");
  assert.deepEqual(await modes(world), [0o775, 0o775, 0o775]);
  assert.equal((await Deno.stat("/etc/passwd")).mode, outside);
  await Deno.chmod(`${world.live}/a`, 0o644);
  await world.restore("theirs", ["a"]);
  assert.deepEqual(await modes(world), [0o775, 0o775, 0o775]);
  await using own = await VaultWorld.make();
  await own.write("a", "ours");
  await prepare(own);
  await own.snapshot({ strategy: "hardlink" }, { name: "ours" });
  await Deno.chmod(`${own.live}/a`, 0o600);
  await own.restore("ours");
  assert.deepEqual(await modes(own), [0o777, 0o777, 0o777]);
});

Deno.test("an archive from elsewhere keeps nothing that others could write; one of ours does", async () => {
  for (const isOurs of [true, false]) {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    await Deno.chmod(`${world.live}/a`, 0o666);
    await world.snapshot({ strategy: "archive" }, { name: "one" });
    if (!isOurs) await rewrite(world, "one", { note: "x" });
    await world.restore("one");
    assert.equal((await Deno.stat(`${world.live}/a`)).mode! & 0o777, isOurs ? 0o666 : 0o664);
  }
});

Deno.test("the paths that another's snapshot names are not removed: a restore of it wants them named", async () => {
  await using world = await withBrought({ only: ["a", "b"] });
  await world.write("b", "ours");
  await assert.rejects(world.restore("theirs"), refused("bad-path"));
  await assert.rejects(world.restore("theirs", ["a", "b"]), refused("unknown-path"));
  assert.equal(await world.read("b"), "ours");
  await world.restore("theirs", ["a"]);
  assert.equal(await world.read("a"), "theirs");
});

Deno.test("an imported snapshot never takes the name of one that was brought along", async () => {
  await using world = await withBrought();
  const file = `${world.sandbox.root}/theirs.tar`;
  await command("tar", "-cf", file, "-C", world.versions, "theirs");
  using vault = await openVault(world.host, world.project);
  const { name } = await importSnapshot(vault, file, {});
  assert.notEqual(name, "theirs");
  await assert.rejects(importSnapshot(vault, file, { name: "theirs" }), refused("name-taken"));
  assert.deepEqual((await listed(world)).here, [name]);
});

for (const place of ["never used", "with a snapshot"] as const) {
  Deno.test(`looking into a vault that was ${place} writes nothing into it`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    if (place === "with a snapshot") await world.snapshot({}, { name: "one" });
    const base = world.live.slice(0, world.live.lastIndexOf("/"));
    const state = () => command("find", base, "-printf", "%P %y %m %s %T@ %C@\n");
    const before = await state();
    for (const access of ["look", "read", "change"] as const) {
      using vault = await openVault(world.host, world.project, access);
      const { all } = await listSnapshots(vault);
      if (place === "never used") {
        assert.deepEqual(all, []);
        assert.equal(vault.existing, undefined);
        await assert.rejects(openSides(vault, undefined, undefined), refused("unknown-snapshot"));
        continue;
      }
      await using sides = await openSides(vault, undefined, undefined);
      assert.deepEqual([...differences(sides, true)], []);
    }
    assert.equal(await state(), before);
  });
}

Deno.test("a key that cannot be used makes no snapshot damaged: they count as brought along, new ones too", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({}, { name: "one" });
  const key = `${world.host.dirs.state}/vault.key`;
  await Deno.rename(key, `${key}.aside`);
  await Deno.mkdir(key);
  await world.write("a", "two");
  await world.snapshot({}, { name: "two" });
  using vault = await openVault(world.host, world.project);
  const { all, brought, damaged } = await listSnapshots(vault);
  assert.deepEqual([all, brought.map(({ name }) => name), damaged], [[], ["one", "two"], []]);
  await Deno.remove(key);
  await Deno.rename(`${key}.aside`, key);
  assert.deepEqual((await listSnapshots(vault)).all.map(({ name }) => name), ["one"]);
});

Deno.test("what cannot be read just now is neither a snapshot nor damaged", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  const { name } = await world.snapshot();
  await Deno.writeTextFile(`${world.versions}/${name}/snapshot.json`, "nonsense");
  using vault = await openVault(world.host, world.project);
  assert.deepEqual((await listSnapshots(vault)).damaged, [name]);
  const read = Deno.readTextFileSync;
  Deno.readTextFileSync = () => {
    throw new Deno.errors.PermissionDenied("not now");
  };
  try {
    const { damaged, unreadable } = await listSnapshots(vault);
    assert.deepEqual([damaged, unreadable], [[], [name]]);
  } finally {
    Deno.readTextFileSync = read;
  }
});
