import assert from "node:assert/strict";
import { packArchive } from "../../lib/archive/write.ts";
import { KanibakoError, UsageError } from "../../lib/host/error.ts";
import { type Exported, exportSnapshot, importSnapshot } from "../../lib/vault/bundle.ts";
import { openVault, type Snapshot } from "../../lib/vault/store.ts";
import { command, contents } from "../support/trees.ts";
import { VaultWorld } from "./world.ts";

async function exported(world: VaultWorld, name: string, file = "bundle.tar"): Promise<Exported> {
  using vault = await openVault(world.host, world.project, "read");
  return await exportSnapshot(vault, name, `${world.sandbox.root}/${file}`, { overwrite: false });
}

async function imported(world: VaultWorld, name: string, file = "bundle.tar"): Promise<Snapshot> {
  using vault = await openVault(world.host, world.project);
  return await importSnapshot(vault, `${world.sandbox.root}/${file}`, { name });
}

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`an export of a ${strategy} snapshot has its home, and an import brings it back`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    await Deno.writeTextFile(`${world.project.home}/history`, "one");
    const { name } = await world.snapshot({ strategy, includeHome: true });
    assert.equal((await exported(world, name)).isLarge, false);
    await world.write("a", "two");
    await Deno.writeTextFile(`${world.project.home}/history`, "two");
    const { record } = await imported(world, "back");
    assert.deepEqual([record.home, record.only], [true, undefined]);
    await world.restore("back", [], {}, true);
    assert.equal(await world.read("a"), "one");
    assert.equal(await Deno.readTextFile(`${world.project.home}/history`), "one");
  });
}

Deno.test("a snapshot of single paths stays one on its way: its restore leaves all else alone", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.write("b", "one");
  const { name } = await world.snapshot();
  await world.write("a", "two");
  const { before } = await world.restore(name, ["a"]);
  await world.write("b", "precious");
  await exported(world, before!);
  assert.deepEqual((await imported(world, "back")).record.only, ["a"]);
  await world.restore("back");
  assert.deepEqual([await world.read("a"), await world.read("b")], ["two", "precious"]);
});

Deno.test("a file that says it holds paths elsewhere is refused, and nothing of it stays", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  for (const only of [["../../home"], ["/etc"], "a", [7]]) {
    await packArchive(`${world.sandbox.root}/bad.tar`, "none", async (writer) => {
      await writer.addFolder("content");
      await writer.addText("snapshot.json", JSON.stringify({ format: 1, only }));
    }, { overwrite: true });
    await assert.rejects(imported(world, "bad", "bad.tar"), KanibakoError, `${only}`);
  }
  assert.deepEqual(world.inVersions(), []);
});

Deno.test("an archive of something else is the content, whatever its names are", async () => {
  await using world = await VaultWorld.make();
  const from = `${world.sandbox.root}/from`;
  await Deno.mkdir(from);
  await Deno.writeTextFile(`${from}/content`, "a file");
  await command("tar", "-cf", `${world.sandbox.root}/other.tar`, "-C", from, "content");
  await imported(world, "other", "other.tar");
  await world.restore("other");
  assert.equal(await world.read("content"), "a file");
  await Deno.remove(`${from}/content`);
  await Deno.mkdir(`${from}/content`);
  await Deno.writeTextFile(`${from}/snapshot.json`, "{}");
  await Deno.mkdir(`${from}/more`);
  await command(
    "tar",
    "-cf",
    `${world.sandbox.root}/third.tar`,
    "-C",
    from,
    "content",
    "snapshot.json",
    "more",
  );
  await imported(world, "third", "third.tar");
  if (Deno.uid() === 0) {
    // Root's own work for somebody else's project.
    await command("chown", "-R", "1234:1234", world.live);
    await imported(world, "fourth", "third.tar");
    await world.restore("fourth");
    for (const path of [world.live, `${world.live}/snapshot.json`]) {
      assert.equal((await Deno.stat(path)).uid, 1234, path);
    }
  }
  await world.restore("third");
  assert.deepEqual([...Deno.readDirSync(world.live)].map(({ name }) => name).sort(), [
    "content",
    "more",
    "snapshot.json",
  ]);
});

Deno.test("a file's name says how it is compressed, or it is not written", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  const { name } = await world.snapshot();
  for (const file of ["x.tar.gz", "x.tgz", "x.zip", "x"]) {
    await assert.rejects(exported(world, name, file), UsageError, file);
    await assert.rejects(Deno.stat(`${world.sandbox.root}/${file}`), Deno.errors.NotFound);
  }
  const start = async (file: string) => {
    await exported(world, name, file);
    return (await Deno.readFile(`${world.sandbox.root}/${file}`)).subarray(0, 4).toHex();
  };
  assert.equal(await start("x.tar.zst"), "28b52ffd");
  assert.equal(await start("x.tar.xz"), "fd377a58");
  await exported(world, name, "x.tar");
  await imported(world, "back", "x.tar");
  assert.equal(await contents(`${world.versions}/back/content`), await contents(world.live));
});

Deno.test("what is damaged is not exported as whole; what is whole is", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await Deno.utime(`${world.live}/a`, 1000, 1000);
  const { name } = await world.snapshot({ strategy: "hardlink" });
  assert.ok((await exported(world, name, "whole.tar")).bytes > 0);
  const file = `${world.versions}/${name}/content/a`;
  await Deno.writeTextFile(file, "ONE");
  await Deno.utime(file, 1000, 1000);
  await assert.rejects(
    exported(world, name),
    (error) =>
      error instanceof KanibakoError && error.code === "damaged-snapshot" && error.message.includes("a "),
  );
  await assert.rejects(Deno.lstat(`${world.sandbox.root}/bundle.tar`), Deno.errors.NotFound);
});
