// Snapshots that have lost a part, and what a call leaves that was killed or failed.

import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { libc } from "../../lib/host/libc/libc.ts";
import { importSnapshot } from "../../lib/vault/bundle.ts";
import { recordSchema } from "../../lib/vault/record.ts";
import { listSnapshots, openVault } from "../../lib/vault/store.ts";
import { command } from "../support/trees.ts";
import { VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) =>
  error instanceof KanibakoError && error.code === code && error.hints.length > 0;

async function damagedIn(world: VaultWorld): Promise<readonly string[]> {
  using vault = await openVault(world.host, world.project, "look");
  return (await listSnapshots(vault)).damaged;
}

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`a snapshot by ${strategy} that lost its record is damaged, whatever its name, and not restored`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    const { name } = await world.snapshot({ strategy });
    await Deno.remove(`${world.versions}/${name}/snapshot.json`);
    await world.write("a", "two");
    assert.deepEqual(await damagedIn(world), [name]);
    await assert.rejects(world.restore(name), refused("damaged-snapshot"));
    assert.equal(await world.read("a"), "two");
  });
}

Deno.test("a folder as earlier versions made them is a snapshot still, content of any name in it", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "now");
  const old = `${world.versions}/20240131T120000Z`;
  await Deno.mkdir(`${old}/content`, { recursive: true });
  await Deno.writeTextFile(`${old}/content/x`, "");
  await Deno.writeTextFile(`${old}/other`, "then");
  assert.deepEqual(await damagedIn(world), []);
  await world.restore("20240131T120000Z");
  assert.equal(await world.read("other"), "then");
});

Deno.test("a record says a time that there is", () => {
  const record = {
    format: 1,
    id: "id",
    note: "",
    takenAt: Date.UTC(2026, 0, 31),
    completeAt: Date.UTC(2026, 0, 31),
    auto: true,
    strategy: "hardlink",
    files: 1,
    bytes: 1,
    ownBytes: 1,
    skipped: 0,
    home: false,
  };
  assert.ok(recordSchema.safeParse(record).success);
  for (const time of [1e20, -1e20, 0.5, NaN, "2026"]) {
    assert.ok(!recordSchema.safeParse({ ...record, takenAt: time }).success, `${time}`);
    assert.ok(!recordSchema.safeParse({ ...record, completeAt: time }).success, `${time}`);
  }
});

Deno.test("an archive whose only member is a file of that name is no snapshot of ours, and is imported as it is", async () => {
  await using world = await VaultWorld.make();
  await Deno.writeTextFile(`${world.sandbox.root}/content`, "text");
  const file = `${world.sandbox.root}/x.tar`;
  await command("tar", "-cf", file, "-C", world.sandbox.root, "content");
  {
    using vault = await openVault(world.host, world.project);
    const { name } = await importSnapshot(vault, file, {});
    assert.equal(name, "x");
  }
  await world.restore("x");
  assert.equal(await world.read("content"), "text");
});

Deno.test("a snapshot that cannot get its record leaves nothing", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  const { openSync } = Deno;
  Deno.openSync = (path, ...words) => {
    if (!String(path).includes("/snapshot.json")) return openSync(path, ...words);
    throw new Error(`No space left on device (os error 28): open '${path}'`);
  };
  try {
    await assert.rejects(world.snapshot(), (error) => {
      assert.ok(!(error as Error).message.includes("/proc/self/fd"), (error as Error).message);
      assert.match((error as Error).message, /\.versions\/.*snapshot\.json.*no space left/);
      return true;
    });
  } finally {
    Deno.openSync = openSync;
  }
  assert.deepEqual(world.inVersions(), []);
  await world.snapshot({}, { name: "now" });
  assert.deepEqual(world.inVersions(), ["now"]);
});

Deno.test("checksums whose writing was killed are swept; what may be written still is not", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({}, { name: "one" });
  const left = (age: number) => {
    const path = `${world.versions}/one/manifest.jsonl.${crypto.randomUUID()}`;
    Deno.writeTextFileSync(path, "{");
    Deno.utimeSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age);
    return path.slice(path.lastIndexOf("/") + 1);
  };
  const [old, young] = [left(3 * 86_400), left(60)];
  await world.snapshot({}, { name: "two" });
  const names = [...Deno.readDirSync(`${world.versions}/one`)].map(({ name }) => name);
  assert.ok(names.includes(young) && !names.includes(old), names.join());
  assert.ok(names.includes("manifest.jsonl"));
});

Deno.test("an error names what it is about by its own path", async () => {
  await using world = await VaultWorld.make();
  await world.write("d/a", "one");
  const c = libc() as { open: ReturnType<typeof libc>["open"] };
  const { open } = c;
  c.open = (folder, name, ...words) =>
    new TextDecoder().decode(name) === "a\0" ? -5 : open(folder, name, ...words);
  try {
    for (const strategy of ["hardlink", "archive"] as const) {
      await assert.rejects(world.snapshot({ strategy }), (error) => {
        assert.ok(error instanceof KanibakoError);
        assert.ok(error.message.includes(`${world.live}/d/a`), error.message);
        return true;
      });
    }
  } finally {
    c.open = open;
  }
});
