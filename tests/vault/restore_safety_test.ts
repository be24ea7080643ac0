// What a restore does to what is there now, when something is in its way.

import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { libc, Rename } from "../../lib/host/libc/libc.ts";
import { command, contents, listing } from "../support/trees.ts";
import { VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;
const decoder = new TextDecoder();
const notRoot = Deno.uid() !== 0;

/** Calls of the C library in the order they were made, by what they do. */
async function recorded(use: () => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const c = libc() as { -readonly [K in keyof ReturnType<typeof libc>]: ReturnType<typeof libc>[K] };
  const { write, copyRange, clone, rename, syncfs } = c;
  const wrote = () => void (calls.at(-1) !== "write" && calls.push("write"));
  c.write = (...words) => (wrote(), write(...words));
  c.copyRange = (...words) => (wrote(), copyRange(...words));
  c.clone = (...words) => (wrote(), clone(...words));
  c.syncfs = (fd) => (calls.push("sync"), syncfs(fd));
  c.rename = (folder, name, toFolder, toName, flags) => {
    if (flags === Rename.EXCHANGE) calls.push(`swap ${decoder.decode(toName.subarray(0, -1))}`);
    return rename(folder, name, toFolder, toName, flags);
  };
  try {
    await use();
  } finally {
    Object.assign(c, { write, copyRange, clone, rename, syncfs });
  }
  return calls;
}

for (const paths of [[], ["a"]]) {
  Deno.test(`what replaces is on the disk before it does, and after, before the old goes: ${paths.length > 0 ? "a path" : "all"}`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    await world.snapshot({}, { name: "one" });
    await world.write("a", "two");
    const calls = await recorded(() => world.restore("one", paths));
    assert.equal(await world.read("a"), "one");
    const swap = calls.findIndex((call) => call.startsWith("swap"));
    assert.ok(calls.includes("write"));
    assert.equal(calls[swap - 1], "sync", calls.join());
    assert.equal(calls[swap + 1], "sync", calls.join());
  });
}

Deno.test("a path below another that is restored comes from the snapshot too", async () => {
  await using world = await VaultWorld.make();
  for (const path of ["a/b", "a/c"]) await world.write(path, "old");
  await world.snapshot({}, { name: "old" });
  for (const path of ["a/b", "a/c"]) await world.write(path, "new");
  await world.restore("old", ["a", "a/b", "a/c/"]);
  assert.deepEqual([await world.read("a/b"), await world.read("a/c")], ["old", "old"]);
});

Deno.test("when one of several paths cannot be replaced, those before it are as they were", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "old");
  await world.write("d/b", "old");
  await world.snapshot({}, { name: "old" });
  await world.write("a", "new");
  await Deno.remove(`${world.live}/d`, { recursive: true });
  await world.write("d", "a file now");
  await assert.rejects(world.restore("old", ["a", "d/b"]), refused("unsafe-tree"));
  assert.equal(await world.read("a"), "new");
  await world.restore("old", ["a", "d"]);
  assert.deepEqual([await world.read("a"), await world.read("d/b")], ["old", "old"]);
});

Deno.test("a home that cannot be restored leaves the vault as it is, too", async () => {
  await using world = await VaultWorld.make();
  const { home } = world.project;
  await world.write("a", "old");
  await Deno.mkdir(`${home}/dot`, { recursive: true });
  await Deno.symlink("dot", `${home}/.config`);
  await world.snapshot({ includeHome: true }, { name: "old" });
  await Deno.remove(`${home}/.config`);
  await Deno.mkdir(`${home}/.config/gh`, { recursive: true });
  await Deno.writeTextFile(`${home}/.config/gh/hosts.yml`, "a login");
  await world.write("a", "new");
  const before = [await listing(home), await contents(home)];
  await assert.rejects(world.restore("old", [], {}, true), (error) => {
    assert.ok(refused("unsafe-tree")(error));
    assert.match((error as Error).message, /\.config\/gh\/hosts\.yml.*Nothing was changed/);
    return true;
  });
  assert.equal(await world.read("a"), "new");
  assert.deepEqual([await listing(home), await contents(home)], before);
  await Deno.remove(`${home}/.config/gh`, { recursive: true });
  await world.restore("old", [], {}, true);
  assert.equal(await world.read("a"), "old");
  assert.equal(await Deno.readLink(`${home}/.config`), "dot");
});

/** Lets no folder named `stuck` be removed, as when it belonged to a user of the box that we cannot become. */
async function withStuck<T>(use: () => Promise<T>): Promise<T> {
  const c = libc() as { stat: ReturnType<typeof libc>["stat"] };
  const { stat } = c;
  c.stat = (folder, name, flags, into) => {
    const result = stat(folder, name, flags, into);
    const isHandle = name.length === 1 && folder >= 0;
    // As if it were on a mount of its own.
    if (isHandle && Deno.readLinkSync(`/proc/self/fd/${folder}`).endsWith("/stuck")) {
      new BigInt64Array(into.buffer)[18] = -1n;
    }
    return result;
  };
  try {
    return await use();
  } finally {
    c.stat = stat;
  }
}

Deno.test("what cannot be removed is reported, and holds up neither this restore nor what comes after it", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "old");
  await world.snapshot({}, { name: "old" });
  await world.write("a", "new");
  await world.write("stuck/file", "");
  await withStuck(async () => {
    assert.match(
      await world.sandbox.ui.during(() => world.restore("old")),
      /Warning: Cannot remove .*stuck.*mounted/,
    );
    assert.equal(await world.read("a"), "old");
    assert.match(
      await world.sandbox.ui.during(() => world.snapshot({}, { name: "later" })),
      /Warning: Cannot remove/,
    );
    await world.sandbox.ui.during(() => world.restore("later", ["a"]));
  });
  assert.ok((await world.names()).includes("later"));
  assert.equal(await world.sandbox.ui.during(() => world.snapshot({}, { name: "last" })), "");
  assert.ok(world.inVersions().every((name) => !name.startsWith(".")));
});

Deno.test({
  name:
    "a vault's folder that is a mount is not replaced: that is said before anything is done, and single paths come back",
  ignore: notRoot,
  fn: async () => {
    for (const kind of ["file system", "bind"] as const) {
      await using world = await VaultWorld.make();
      const beside = await world.sandbox.folder("beside");
      const mount = kind === "bind" ? ["--bind", beside] : ["-t", "tmpfs", "-o", "size=8m", "tmpfs"];
      await command("mount", ...mount, world.live);
      try {
        await world.write("a", "old");
        await world.snapshot({}, { name: "old" });
        await world.write("a", "new");
        const before = world.inVersions();
        await assert.rejects(world.restore("old"), (error) => {
          assert.ok(refused("is-mounted")(error), String(error));
          assert.ok((error as KanibakoError).hints.length > 0);
          return true;
        });
        assert.deepEqual(world.inVersions(), before);
        await world.restore("old", ["a"]);
        assert.equal(await world.read("a"), "old");
        assert.deepEqual([...Deno.readDirSync(world.live)].map(({ name }) => name), ["a"]);
      } finally {
        await command("umount", world.live);
      }
    }
  },
});

Deno.test({
  name: "what root restores for somebody is theirs: from an archive, the home too, and what was imported",
  ignore: notRoot,
  fn: async () => {
    const { exportSnapshot, importSnapshot } = await import("../../lib/vault/bundle.ts");
    const { openVault } = await import("../../lib/vault/store.ts");
    await using world = await VaultWorld.make();
    const { home, path } = world.project;
    await world.write("d/a", "one");
    await Deno.mkdir(home, { recursive: true });
    await Deno.writeTextFile(`${home}/x`, "one");
    await command("chown", "-R", "1234:1234", path, home);
    const owners = (root: string) => command("find", root, "-printf", "%U:%G\n");
    const theirs = async (root: string) => {
      assert.deepEqual([...new Set((await owners(root)).trim().split("\n"))], ["1234:1234"], root);
    };
    await world.snapshot({ strategy: "archive", includeHome: true }, { name: "one" });
    await world.restore("one", [], {}, true);
    await theirs(world.live);
    await theirs(home);
    const file = `${world.sandbox.root}/one.tar.zst`;
    {
      using vault = await openVault(world.host, world.project);
      await exportSnapshot(vault, "one", file, { overwrite: false });
      await importSnapshot(vault, file, { name: "imported" });
    }
    await world.restore("imported");
    await theirs(world.live);
  },
});
