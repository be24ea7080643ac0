import assert from "node:assert/strict";
import { sealAll } from "../../lib/vault/checksums/seal.ts";
import { openVault } from "../../lib/vault/store.ts";
import { testOnAll } from "./filesystems.ts";
import { VaultWorld } from "./world.ts";

const AUTO = { auto: true } as const;
const HARDLINK = { strategy: "hardlink" } as const;

/** The checksums of a snapshot, by path. */
async function sums(world: VaultWorld, name: string): Promise<Record<string, string>> {
  const lines = (await Deno.readTextFile(`${world.versions}/${name}/manifest.jsonl`)).trim().split("\n")
    .slice(1);
  return Object.fromEntries(lines.map((line) => JSON.parse(line)).map(({ path, sha256 }) => [path, sha256]));
}

const isSealed = (world: VaultWorld, name: string) =>
  Deno.stat(`${world.versions}/${name}/manifest.jsonl`).then(() => true, () => false);

Deno.test("a snapshot before a launch has its checksums from the start, those of unchanged files from the last one", async () => {
  await using world = await VaultWorld.make();
  await world.write("same", "same");
  await world.write("d/other", "one");
  await Deno.link(`${world.live}/same`, `${world.live}/same too`);
  const one = await world.snapshot(HARDLINK, AUTO);
  await world.write("d/other", "two");
  const two = await world.snapshot(HARDLINK, AUTO);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole", "whole"]);
  const [first, second] = [await sums(world, one.name), await sums(world, two.name)];
  assert.equal(second.same, first.same);
  assert.equal(second["same too"], first.same);
  assert.notEqual(second["d/other"], first["d/other"]);
  // One file in both: what spoils it spoils both, though its time says nothing.
  const file = `${world.versions}/${one.name}/content/same`;
  const { mtime } = await Deno.stat(file);
  await Deno.writeTextFile(file, "SAME");
  await Deno.utime(file, mtime!, mtime!);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["damaged", "damaged"]);
});

Deno.test("a checksum that is not known is not made up: it is made by reading, later or at once", async () => {
  await using world = await VaultWorld.make();
  await world.write("same", "same");
  await world.write("other", "one");
  const { name } = await world.snapshot(HARDLINK, AUTO);
  await Deno.remove(`${world.versions}/${name}/manifest.jsonl`);
  await world.write("other", "two");
  const two = await world.snapshot(HARDLINK, AUTO);
  assert.equal(await isSealed(world, two.name), false);
  await world.write("other", "three");
  const three = await world.snapshot(HARDLINK);
  assert.equal(await isSealed(world, three.name), true);
  assert.deepEqual(world.inVersions().filter((one) => one.startsWith(".")), []);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["sealed", "sealed", "whole"]);
});

Deno.test("a box's home in a snapshot has its checksums, too", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "vault");
  await Deno.mkdir(world.project.home, { recursive: true });
  await Deno.writeTextFile(`${world.project.home}/a`, "home");
  const { name } = await world.snapshot({ ...HARDLINK, includeHome: true }, AUTO);
  const lines = (await Deno.readTextFile(`${world.versions}/${name}/manifest.jsonl`)).trim().split("\n")
    .slice(1);
  assert.deepEqual(lines.map((line) => JSON.parse(line)).map(({ part, path }) => [part, path]), [
    ["content", "a"],
    ["home", "a"],
  ]);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole"]);
});

testOnAll(
  (strategy) => `what changes right after a ${strategy} snapshot is in the next one`,
  async (place, strategy) => {
    await using world = await VaultWorld.make({}, place);
    await Deno.mkdir(`${world.live}/d`);
    await Deno.writeTextFile(`${world.live}/d/file`, "000");
    for (let number = 1; number <= 12; number++) {
      const text = String(number).padStart(3, "0");
      // In place and of the same length: nothing but the clock of the file system tells.
      Deno.writeTextFileSync(`${world.live}/d/file`, text);
      const taken = await world.attempt({ strategy }, { auto: true, ifChanged: true });
      Deno.writeTextFileSync(`${world.live}/d/file`, "xxx");
      assert.equal(taken.kind, "taken", text);
      const next = await world.attempt({ strategy }, { auto: true, ifChanged: true });
      assert.equal(next.kind, "taken", `after ${text}`);
      const last = await world.attempt({ strategy }, { auto: true, ifChanged: true });
      assert.equal(last.kind, "unchanged", `again after ${text}`);
    }
  },
);

Deno.test("a further name of an unchanged file has that file's checksum, whatever had its path before", async () => {
  await using world = await VaultWorld.make();
  await world.write("d1/x", "one");
  await world.write("d2/x", "two");
  await Deno.link(`${world.live}/d1/x`, `${world.live}/a`);
  for (const path of ["d1/x", "d2/x"]) await Deno.utime(`${world.live}/${path}`, 1000, 1000);
  await world.snapshot(HARDLINK, AUTO);
  await Deno.rename(`${world.live}/d1`, `${world.live}/d3`);
  await Deno.rename(`${world.live}/d2`, `${world.live}/d1`);
  await Deno.rename(`${world.live}/d3`, `${world.live}/d2`);
  const { name } = await world.snapshot(HARDLINK, AUTO);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole", "whole"]);
  await world.write("a", "later");
  await world.restore(name, [], HARDLINK);
  assert.deepEqual([await world.read("a"), await world.read("d1/x"), await world.read("d2/x")], [
    "one",
    "two",
    "one",
  ]);
});

Deno.test("damaged checksums of the last snapshot stop neither the next one nor a restore", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot(HARDLINK, { name: "first" });
  await world.write("b", "two");
  const { name } = await world.snapshot(HARDLINK, AUTO);
  await Deno.writeTextFile(`${world.versions}/${name}/manifest.jsonl`, "nonsense\n");
  await world.write("b", "three");
  const next = await world.snapshot(HARDLINK, AUTO);
  assert.equal(await Deno.readTextFile(`${world.versions}/${next.name}/content/b`), "three");
  await world.restore("first", [], HARDLINK);
  assert.equal(await world.read("a"), "one");
  assert.equal((await world.verify()).find((one) => one.name === name)!.outcome, "damaged");
});

testOnAll(
  (strategy) =>
    `later checksums of ${strategy} snapshots are of what each holds, though its inodes have the same numbers`,
  async (place, strategy) => {
    if (strategy === "archive") return;
    await using world = await VaultWorld.make({}, place);
    for (const text of ["one", "two"]) {
      await world.write("a", text);
      await Deno.link(`${world.live}/a`, `${world.live}/b`).catch(() => {});
      await Deno.utime(`${world.live}/a`, 1000, 1000);
      const { name } = await world.snapshot({ strategy }, AUTO);
      await Deno.remove(`${world.versions}/${name}/manifest.jsonl`).catch(() => {});
    }
    {
      using vault = await openVault(world.host, world.project);
      await sealAll(vault, Infinity);
    }
    assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole", "whole"]);
  },
);
