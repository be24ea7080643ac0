import assert from "node:assert/strict";
import { differences } from "../../lib/vault/compare/diff.ts";
import { openSides, openSnapshot } from "../../lib/vault/compare/sides.ts";
import { listSnapshots, openVault, removeSnapshot, sweepVault, type Vault } from "../../lib/vault/store.ts";
import { VaultWorld } from "./world.ts";

const open = (world: VaultWorld, access: "change" | "read" | "look") =>
  openVault(world.host, world.project, access, () => {
    throw new Error("it had to wait");
  });

async function lost(vault: Vault, name: string): Promise<boolean> {
  return !(await listSnapshots(vault)).all.some((one) => one.name === name);
}

Deno.test("whoever waits for the vault is reported", async () => {
  await using world = await VaultWorld.make();
  const held = await openVault(world.host, world.project);
  const reported = Promise.withResolvers<void>();
  const waiting = openVault(world.host, world.project, "change", reported.resolve);
  await reported.promise;
  held[Symbol.dispose]();
  using _vault = await waiting;
});

Deno.test("nobody who reads or looks keeps a snapshot from being taken", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({}, { name: "one" });
  using _reader = await open(world, "read");
  using _another = await open(world, "read");
  using _looker = await open(world, "look");
  {
    using _changer = await open(world, "change");
  }
  await world.write("a", "two");
  await world.snapshot({}, { name: "two" });
  assert.deepEqual(await world.names(), ["one", "two"]);
});

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`what is being read of ${strategy} is not removed meanwhile, and then it is`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    await world.write("d/b", "one");
    await world.snapshot({ strategy }, { name: "one" });
    await world.write("a", "three");
    {
      using reader = await open(world, "read");
      await using sides = await openSides(reader, "one", undefined);
      using changer = await open(world, "change");
      assert.equal(await removeSnapshot(changer, "one"), false);
      await sweepVault(changer);
      assert.ok(await lost(changer, "one"), "nobody else finds it any more");
      assert.deepEqual([...differences(sides, true)].map(({ what, path }) => [what, path]), [[
        "changed",
        "a",
      ]]);
    }
    assert.notDeepEqual(world.inVersions(), []);
    using changer = await open(world, "change");
    await sweepVault(changer);
    assert.deepEqual(world.inVersions(), []);
  });
}

Deno.test("what nobody reads is removed at once, and what a killed reader left goes with the next call", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({ strategy: "archive" }, { name: "one" });
  const reader = await open(world, "read");
  await openSnapshot(reader, "one");
  reader[Symbol.dispose]();
  assert.equal(world.inVersions().length, 2);
  using changer = await open(world, "change");
  assert.equal(await removeSnapshot(changer, "one"), true);
  await sweepVault(changer);
  assert.deepEqual(world.inVersions(), []);
});
