import assert from "node:assert/strict";
import fc from "fast-check";
import { KanibakoError } from "../../lib/host/error.ts";
import { contents, listing, writeBytesName } from "../support/trees.ts";
import { fileSystems, onSmallDisk } from "./filesystems.ts";
import { apply, changes } from "./random_tree.ts";
import { VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;

/** All that a snapshot keeps, and all that is read of it. */
async function state(folder: string): Promise<string> {
  return `${(await listing(folder)).join("\n")}\n${await contents(folder)}`;
}

for (const { name, not, strategies, use } of fileSystems) {
  for (const strategy of strategies) {
    Deno.test({
      name: `on ${name} file system, whatever happens to a tree, a ${strategy} snapshot brings it back${
        not ? ` (${not})` : ""
      }`,
      ignore: not !== undefined,
      fn: () =>
        use(async (place) => {
          let number = 0;
          await fc.assert(
            fc.asyncProperty(changes, changes, changes, async (one, two, three) => {
              const folder = `${place}/app${++number}`;
              await Deno.mkdir(folder);
              await using world = await VaultWorld.make({}, folder);
              await apply(world.live, one);
              if ((await world.attempt({ strategy })).kind === "empty") return;
              await apply(world.live, two);
              const before = await state(world.live);
              const second = await world.attempt({ strategy });
              if (second.kind === "empty") return;
              await apply(world.live, three);
              const after = await state(world.live);
              assert.equal((await world.verify()).every(({ outcome }) => outcome !== "damaged"), true);
              assert.equal(second.kind, "taken");
              const { before: undo } = await world.restore(second.snapshot.name, [], { strategy });
              assert.equal(await state(world.live), before);
              if (undo === undefined) return;
              await world.restore(undo, [], { strategy });
              assert.equal(await state(world.live), after);
            }),
            { numRuns: 5 },
          );
        }),
    });
  }

  // What the temporary folder is on, nobody knows.
  if (name.startsWith("the temporary")) continue;
  Deno.test({
    name: `on ${name} file system the best strategy is chosen automatically${not ? ` (${not})` : ""}`,
    ignore: not !== undefined,
    fn: () =>
      use(async (place) => {
        await using world = await VaultWorld.make({}, place);
        await world.write("a", "one");
        assert.equal((await world.snapshot()).record.strategy, strategies[0]);
      }),
  });
}

Deno.test("nothing changed: the snapshot there is stands for it; anything changed: there is a new one", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.write("d/b", "two");
  const first = await world.snapshot();
  const again = await world.attempt({}, { ifChanged: true });
  assert.deepEqual([again.kind, again.kind !== "empty" && again.snapshot.name], ["unchanged", first.name]);
  const ways: readonly (() => Promise<void>)[] = [
    () => world.write("a", "two"),
    () => Deno.chmod(`${world.live}/a`, 0o600),
    () => Deno.rename(`${world.live}/a`, `${world.live}/c`),
    () => Deno.remove(`${world.live}/c`),
    () => Deno.mkdir(`${world.live}/empty`),
    () => Deno.symlink("x", `${world.live}/link`),
    () => Deno.utime(`${world.live}/d/b`, 1, 1),
  ];
  for (const [number, change] of ways.entries()) {
    await change();
    assert.equal((await world.attempt({}, { ifChanged: true })).kind, "taken", `change ${number}`);
    assert.equal((await world.attempt({}, { ifChanged: true })).kind, "unchanged", `after change ${number}`);
  }
});

Deno.test("a change in place that sets the file's time back is seen, and the snapshot has the new content", async () => {
  await using world = await VaultWorld.make();
  await world.write("db", "0123456789");
  await Deno.utime(`${world.live}/db`, 1000, 1000);
  await world.snapshot({ strategy: "hardlink" });
  {
    using file = await Deno.open(`${world.live}/db`, { write: true });
    await file.write(new TextEncoder().encode("XX"));
  }
  await Deno.utime(`${world.live}/db`, 1000, 1000);
  const result = await world.attempt({ strategy: "hardlink" }, { ifChanged: true });
  assert.equal(result.kind, "taken");
  assert.ok(result.kind === "taken");
  assert.equal(await Deno.readTextFile(`${world.versions}/${result.snapshot.name}/content/db`), "XX23456789");
});

Deno.test("folders that changed places do not bring the wrong files, though these look the same", async () => {
  await using world = await VaultWorld.make();
  for (const folder of ["a", "b"]) {
    await world.write(`${folder}/file`, `in ${folder}`);
    await Deno.utime(`${world.live}/${folder}/file`, 1000, 1000);
  }
  await world.snapshot({ strategy: "hardlink" });
  await Deno.rename(`${world.live}/a`, `${world.live}/c`);
  await Deno.rename(`${world.live}/b`, `${world.live}/a`);
  await Deno.rename(`${world.live}/c`, `${world.live}/b`);
  const { name } = await world.snapshot({ strategy: "hardlink" });
  assert.equal(await Deno.readTextFile(`${world.versions}/${name}/content/a/file`), "in b");
});

Deno.test("hard-link snapshots share what did not change with each other, and nothing with what is live", async () => {
  await using world = await VaultWorld.make();
  await world.write("same", "same");
  await world.write("other", "one");
  const one = await world.snapshot({ strategy: "hardlink" });
  await world.write("other", "two");
  const two = await world.snapshot({ strategy: "hardlink" });
  const inode = async (path: string) => (await Deno.stat(path)).ino;
  const inOne = await inode(`${world.versions}/${one.name}/content/same`);
  assert.equal(await inode(`${world.versions}/${two.name}/content/same`), inOne);
  assert.notEqual(await inode(`${world.live}/same`), inOne);
  {
    using file = await Deno.open(`${world.live}/same`, { write: true });
    await file.write(new TextEncoder().encode("SAME"));
  }
  assert.equal(await Deno.readTextFile(`${world.versions}/${one.name}/content/same`), "same");
  await world.restore(one.name);
  assert.notEqual(await inode(`${world.live}/same`), inOne);
  assert.equal(await world.read("other"), "one");
});

Deno.test("an empty vault gives no snapshot", async () => {
  await using world = await VaultWorld.make();
  assert.equal((await world.attempt()).kind, "empty");
  assert.deepEqual(await world.names(), []);
});

Deno.test("two snapshots in a second have two names, and a name that is taken is refused", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot();
  await world.snapshot();
  assert.equal(new Set(await world.names()).size, 2);
  await world.snapshot({}, { name: "mine" });
  await assert.rejects(world.snapshot({}, { name: "mine" }), refused("name-taken"));
  await assert.rejects(world.snapshot({}, { name: "../mine" }), refused("bad-name"));
  assert.equal((await world.names()).length, 3);
  assert.deepEqual(world.inVersions().filter((name) => name.startsWith(".")), []);
});

Deno.test("names that are not UTF-8 come back as the bytes they were", async () => {
  await using world = await VaultWorld.make();
  writeBytesName(world.live, [0xff, 0x61], "odd");
  writeBytesName(world.live, [0xfe, 0x61], "odder");
  const before = await listing(world.live);
  for (const strategy of ["hardlink", "archive"] as const) {
    const { name } = await world.snapshot({ strategy });
    assert.equal((await world.verify()).every(({ outcome }) => outcome !== "damaged"), true);
    await new Deno.Command("sh", { args: ["-c", 'rm -rf "$1"/*', "sh", world.live] }).output();
    await world.restore(name);
    assert.deepEqual(await listing(world.live), before);
  }
});

Deno.test("a vault without its folder, or a project without a vault, says what to do", async () => {
  await using without = await VaultWorld.make({ vault: false });
  await assert.rejects(without.attempt(), refused("no-vault"));
  await using world = await VaultWorld.make();
  await Deno.remove(`${world.project.path}/vault`, { recursive: true });
  await assert.rejects(world.attempt(), refused("no-vault"));
});

const notRoot = Deno.uid() === 0 ? undefined : "mounting needs root";
Deno.test({
  name: `a disk that fills up leaves neither a snapshot nor what was begun, and the live files${
    notRoot ? ` (${notRoot})` : ""
  }`,
  ignore: notRoot !== undefined,
  fn: () =>
    onSmallDisk(24 * 2 ** 20, async (place) => {
      await using world = await VaultWorld.make({}, place);
      await Deno.writeFile(`${world.live}/large`, crypto.getRandomValues(new Uint8Array(65536)));
      for (let n = 0; n < 220; n++) {
        await Deno.writeFile(`${world.live}/large`, crypto.getRandomValues(new Uint8Array(65536)), {
          append: true,
        });
      }
      const before = await state(world.live);
      for (const strategy of ["hardlink", "archive"] as const) {
        await assert.rejects(world.attempt({ strategy }), (error) => error instanceof KanibakoError);
        assert.deepEqual(world.inVersions(), []);
        assert.equal(await state(world.live), before);
      }
      await Deno.truncate(`${world.live}/large`, 2 ** 20);
      await world.snapshot();
      assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole"]);
    }),
});

Deno.test("a project whose snapshots were made by earlier versions keeps them: folders and archives", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "now");
  await Deno.mkdir(`${world.versions}/20240101T000000Z/sub`, { recursive: true });
  await Deno.writeTextFile(`${world.versions}/20240101T000000Z/sub/file`, "then");
  await Deno.mkdir(`${world.sandbox.root}/old`);
  await Deno.writeTextFile(`${world.sandbox.root}/old/file`, "even earlier");
  await new Deno.Command("tar", {
    args: ["-cJf", `${world.versions}/20230101T000000Z.tar.xz`, "-C", `${world.sandbox.root}/old`, "file"],
  }).output();
  assert.deepEqual(await world.brought(), ["20230101T000000Z.tar.xz", "20240101T000000Z"]);
  await world.restore("20240101T000000Z");
  assert.equal(await world.read("sub/file"), "then");
  await world.restore("20230101T000000Z.tar.xz");
  assert.equal(await world.read("file"), "even earlier");
});
