// A file system that cannot swap two names, a call that fails half-way, and one that is killed there.

import assert from "node:assert/strict";
import { libc, Rename } from "../../lib/host/libc/libc.ts";
import { openFolder } from "../../lib/host/tree/folder.ts";
import { openVault, sweepVault } from "../../lib/vault/store.ts";
import { replace, takeBack } from "../../lib/vault/restore/swap.ts";
import { inFolder, underPermissions } from "../support/trees.ts";
import { VaultWorld } from "./world.ts";

const EINVAL = -22;
const ENOSPC = -28;

/** Runs a test where names cannot be swapped. `fails` says of the name a rename is to give whether it fails. */
async function withoutSwap<T>(
  use: () => Promise<T> | T,
  fails: (to: string) => boolean = () => false,
): Promise<T> {
  const c = libc() as { rename: ReturnType<typeof libc>["rename"] };
  const { rename } = c;
  c.rename = (folder, name, toFolder, toName, flags) => {
    if (flags === Rename.EXCHANGE) return EINVAL;
    if (fails(new TextDecoder().decode(toName.subarray(0, -1)))) return ENOSPC;
    return rename(folder, name, toFolder, toName, flags);
  };
  try {
    return await use();
  } finally {
    c.rename = rename;
  }
}

/** Fails the first time that something is to get this name, and only then: the old must get it back. */
function once(name: string): (to: string) => boolean {
  let left = 1;
  return (to) => to === name && left-- > 0;
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const liveName = (world: VaultWorld) => world.live.slice(world.live.lastIndexOf("/") + 1);

for (const swaps of [true, false]) {
  Deno.test(`the new takes the place of the old and can be taken back, ${swaps ? "" : "not "}by a swap`, () =>
    inFolder(async (root) => {
      for (const folder of ["a", "b"]) await Deno.mkdir(`${root}/${folder}`);
      await Deno.writeTextFile(`${root}/a/new`, "new");
      await Deno.writeTextFile(`${root}/b/place`, "old");
      using a = openFolder(`${root}/a`);
      using b = openFolder(`${root}/b`);
      const use = (call: () => void) => swaps ? call() : withoutSwap(call);
      await use(() => assert.equal(replace(a, "new", b, "place"), "swapped"));
      assert.equal(await Deno.readTextFile(`${root}/b/place`), "new");
      assert.equal(await Deno.readTextFile(`${root}/a/new`), "old");
      await use(() => takeBack("swapped", a, "new", b, "place"));
      assert.equal(await Deno.readTextFile(`${root}/b/place`), "old");
      await Deno.remove(`${root}/b/place`);
      await use(() => assert.equal(replace(a, "new", b, "place"), "moved"));
      await use(() => takeBack("moved", a, "new", b, "place"));
      assert.deepEqual([names(`${root}/a`), names(`${root}/b`)], [["new"], []]);
    }));
}

Deno.test("a swap in steps that fails leaves the old in its place", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.snapshot({}, { name: "one" });
  await world.write("a", "two");
  await withoutSwap(() => assert.rejects(world.restore("one"), { code: "disk-full" }), once(liveName(world)));
  assert.equal(await world.read("a"), "two");
  await withoutSwap(() => assert.rejects(world.restore("one", ["a"]), { code: "disk-full" }), once("a"));
  assert.equal(await world.read("a"), "two");
  await withoutSwap(() => world.restore("one"));
  assert.equal(await world.read("a"), "one");
  assert.ok(world.inVersions().every((name) => !name.startsWith(".")));
});

Deno.test("a restored home leaves nothing of the old one beside it, where names cannot be swapped", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  const { home } = world.project;
  await Deno.mkdir(home, { recursive: true });
  await Deno.writeTextFile(`${home}/x`, "one");
  await world.snapshot({ includeHome: true }, { name: "one" });
  await Deno.writeTextFile(`${home}/x`, "two");
  const parent = home.slice(0, home.lastIndexOf("/"));
  const before = names(parent);
  await withoutSwap(() => world.restore("one", [], {}, true));
  assert.equal(await Deno.readTextFile(`${home}/x`), "one");
  assert.deepEqual(names(parent).filter((name) => !before.includes(name) && name.startsWith(".kani")), []);
});

Deno.test("what a killed call had set aside is put back by the next; beside something new it stays, and is reported", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  const base = world.live.slice(0, world.live.lastIndexOf("/"));
  const aside = `${base}/.kanibako-old-${liveName(world)}-${crypto.randomUUID()}`;
  const sweep = () =>
    world.sandbox.ui.during(async () => {
      using vault = await openVault(world.host, world.project);
      await sweepVault(vault);
    });
  await Deno.rename(world.live, aside);
  assert.equal(await sweep(), "");
  assert.equal(await world.read("a"), "one");
  // As when the box was started in between.
  await Deno.rename(world.live, aside);
  await Deno.mkdir(world.live);
  await sweep();
  assert.equal(await world.read("a"), "one");
  await Deno.rename(world.live, aside);
  await world.write("b", "new");
  assert.ok((await sweep()).includes(aside));
  assert.equal(await world.read("b"), "new");
  assert.equal(await Deno.readTextFile(`${aside}/a`), "one");
});

Deno.test("where a rename cannot be asked to replace nothing, snapshots get their names all the same, and no other's", async () => {
  await using world = await VaultWorld.make();
  const c = libc() as { rename: ReturnType<typeof libc>["rename"] };
  const { rename } = c;
  c.rename = (folder, name, toFolder, toName, flags) =>
    flags === 0 ? rename(folder, name, toFolder, toName, 0) : EINVAL;
  try {
    for (const strategy of ["hardlink", "archive"] as const) {
      await world.write("a", strategy);
      await world.snapshot({ strategy }, { name: strategy });
    }
    await assert.rejects(world.snapshot({}, { name: "archive" }), { code: "name-taken" });
    await world.restore("hardlink");
    assert.equal(await world.read("a"), "hardlink");
    using one = openFolder(world.versions);
    await Deno.mkdir(`${world.versions}/draft`);
    assert.equal(one.moveNew("draft", one, "archive"), false);
    assert.equal(one.moveNew("draft", one, "other"), true);
    assert.throws(() => one.moveNew("none", one, "more"), { code: "cannot-move" });
  } finally {
    c.rename = rename;
  }
  assert.ok((await world.names()).includes("archive"));
  assert.ok(world.inVersions().every((name) => !name.startsWith(".")));
});

Deno.test("a folder nobody may write in is replaced, and has its permissions again", () =>
  inFolder(async (root) => {
    for (const [name, mode] of [["fresh", 0o500], ["live", 0o555]] as const) {
      await Deno.mkdir(`${root}/${name}-in/${name}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${name}-in/${name}/file`, name);
      await Deno.chmod(`${root}/${name}-in/${name}`, mode);
    }
    await Deno.chmod(`${root}/live-in`, 0o555);
    await underPermissions(
      ["replace"],
      "../../lib/vault/restore/swap.ts",
      `const { openFolder } = await import(${
        JSON.stringify(new URL("../../lib/host/tree/folder.ts", import.meta.url).href)
      });
       using from = openFolder(root + "/fresh-in");
       using into = openFolder(root + "/live-in");
       replace(from, "fresh", into, "live");`,
      root,
    );
    assert.equal(await Deno.readTextFile(`${root}/live-in/live/file`), "fresh");
    assert.equal((await Deno.stat(`${root}/live-in/live`)).mode! & 0o777, 0o500);
    assert.equal((await Deno.stat(`${root}/live-in`)).mode! & 0o777, 0o555);
    assert.equal(await Deno.readTextFile(`${root}/fresh-in/fresh/file`), "live");
  }));

Deno.test("a folder nobody may write in is taken away and comes back, with its permissions", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/live/dir`, { recursive: true });
    await Deno.mkdir(`${root}/draft`);
    await Deno.chmod(`${root}/live/dir`, 0o555);
    await Deno.chmod(`${root}/live`, 0o555);
    await underPermissions(
      ["moveAway"],
      "../../lib/vault/restore/swap.ts",
      `const { openFolder } = await import(${
        JSON.stringify(import.meta.resolve("../../lib/host/tree/folder.ts"))
      });
       using from = openFolder(root + "/live");
       using into = openFolder(root + "/draft");
       moveAway(from, "dir", into, "gone");`,
      root,
    );
    assert.equal((await Deno.stat(`${root}/draft/gone`)).mode! & 0o777, 0o555);
    assert.equal((await Deno.stat(`${root}/live`)).mode! & 0o777, 0o555);
  }));
