import assert from "node:assert/strict";
import { FileLock } from "../../lib/host/store.ts";
import { strategies } from "../../lib/vault/strategy/probe.ts";
import { openVault } from "../../lib/vault/store.ts";
import { VaultWorld } from "./world.ts";

Deno.test("what is learned of a file system is added to what another call learned meanwhile", async () => {
  await using world = await VaultWorld.make();
  const file = `${world.host.dirs.cache}/filesystems.json`;
  using vault = await openVault(world.host, world.project);
  using live = vault.base.open(vault.live)!;
  const other = { reflink: "no", hardlink: "yes", asked: Date.now() };
  const lock = await FileLock.acquire(`${file}.lock`);
  const asked = strategies(vault, live);
  await Deno.mkdir(world.host.dirs.cache, { recursive: true });
  await Deno.writeTextFile(file, JSON.stringify({ "4711": other }));
  lock[Symbol.dispose]();
  assert.ok((await asked).includes("archive"));
  const known = JSON.parse(await Deno.readTextFile(file));
  assert.deepEqual(known["4711"], other);
  assert.equal(Object.keys(known).length, 2);
  assert.deepEqual(await strategies(vault, live), await asked);
});
