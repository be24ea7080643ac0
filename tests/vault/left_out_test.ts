import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { sealAll } from "../../lib/vault/checksums/seal.ts";
import { verifySnapshot } from "../../lib/vault/checksums/verify.ts";
import { listSnapshots, openVault } from "../../lib/vault/store.ts";
import { command, makeDeep, underPermissions } from "../support/trees.ts";
import { testOnAll } from "./filesystems.ts";
import { VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;
const HARDLINK = { strategy: "hardlink" } as const;

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`what we may not read is left out of a ${strategy} snapshot and reported; a restore refuses to replace it`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "a");
    await world.write("theirs/b", "b");
    await world.write("secret", "c");
    await Deno.chmod(`${world.live}/theirs`, 0);
    await Deno.chmod(`${world.live}/secret`, 0);
    const { root } = world.sandbox;
    const script = (call: string) => `
      const world = await VaultWorld.at(root, ${JSON.stringify(world.project.path)});
      try { console.log(JSON.stringify(await (async () => { ${call} })())); }
      catch (error) { console.log(JSON.stringify({ code: error.code, hints: error.hints })); }`;
    const taken = JSON.parse(
      await underPermissions(
        ["VaultWorld"],
        "../vault/world.ts",
        script(`return await world.attempt({ strategy: "${strategy}" }, { name: "one" });`),
        root,
      ),
    );
    assert.deepEqual(
      [taken.snapshot.record.files, taken.snapshot.record.unreadable, taken.snapshot.record.skipped],
      [1, 2, 0],
    );
    const paths = taken.leftOut.map(({ path, kind }: { path: string; kind: string }) => [
      path.replace(/^content\//, ""),
      kind,
    ]);
    assert.deepEqual(paths.sort(), [["secret", "unreadable"], ["theirs", "unreadable"]]);
    const answer = JSON.parse(
      await underPermissions(
        ["VaultWorld"],
        "../vault/world.ts",
        script(`return await world.restore("one", [], { strategy: "${strategy}" });`),
        root,
      ),
    );
    assert.match(answer.code, /^(no-permission|needs-engine)$/);
    assert.equal((await Deno.lstat(`${world.live}/secret`)).mode! & 0o777, 0);
    await Deno.chmod(`${world.live}/theirs`, 0o700);
    await Deno.chmod(`${world.live}/secret`, 0o600);
    assert.equal(await world.read("theirs/b"), "b");
    await world.restore("one", [], { strategy });
    assert.equal(await world.read("a"), "a");
  });
}

Deno.test("a home is in a snapshot though the vault's folder is gone, and a restore keeps it first", async () => {
  await using world = await VaultWorld.make();
  await Deno.mkdir(world.project.home, { recursive: true });
  await Deno.writeTextFile(`${world.project.home}/x`, "old");
  await world.write("a", "a");
  const values = { ...HARDLINK, includeHome: true };
  await world.snapshot(values, { name: "old" });
  await Deno.writeTextFile(`${world.project.home}/x`, "new");
  await Deno.remove(world.live, { recursive: true });
  const { before } = await world.restore("old", [], values, true);
  assert.equal(await Deno.readTextFile(`${world.project.home}/x`), "old");
  await world.restore(before!, [], values, true);
  assert.equal(await Deno.readTextFile(`${world.project.home}/x`), "new");
});

Deno.test("a hard-link snapshot where the file system has no such names says so, and another way is taken", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "a");
  await world.write("b", "one");
  await world.snapshot(HARDLINK);
  const { libc } = await import("../../lib/host/libc/libc.ts");
  const c = libc() as { link: unknown };
  const { link } = c;
  c.link = () => -1; // EPERM, as FAT answers
  try {
    await world.write("b", "two");
    await assert.rejects(world.attempt(HARDLINK), refused("no-hardlink"));
    assert.deepEqual(world.inVersions().filter((name) => name.startsWith(".")), []);
  } finally {
    c.link = link;
  }
  assert.equal((await world.snapshot(HARDLINK)).record.strategy, "hardlink");
});

Deno.test("a snapshot without checksums is not damaged when another that shared its files is removed", async () => {
  await using world = await VaultWorld.make();
  await world.write("same", "same");
  const names = [];
  for (const text of ["one", "two"]) {
    await world.write("other", text);
    const { name } = await world.snapshot(HARDLINK, { auto: true });
    await Deno.remove(`${world.versions}/${name}/manifest.jsonl`).catch(() => {});
    names.push(name);
  }
  await new Promise((resolve) => setTimeout(resolve, 30));
  await Deno.remove(`${world.versions}/${names[0]}`, { recursive: true });
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["sealed"]);
});

Deno.test("a file of several snapshots that was changed is damaged in all of them, with checksums or without", async () => {
  await using world = await VaultWorld.make();
  await world.write("same", "same");
  await Deno.utime(`${world.live}/same`, 1000, 1000);
  await world.write("other", "one");
  const one = await world.snapshot(HARDLINK, { auto: true });
  await world.write("other", "two");
  const two = await world.snapshot(HARDLINK, { auto: true });
  await Deno.remove(`${world.versions}/${two.name}/manifest.jsonl`);
  const file = `${world.versions}/${one.name}/content/same`;
  await Deno.writeTextFile(file, "SAME");
  await Deno.utime(file, 1000, 1000);
  using vault = await openVault(world.host, world.project);
  const second = (await listSnapshots(vault)).all[1]!;
  const verdict = await verifySnapshot(vault, second);
  assert.deepEqual([verdict.outcome, verdict.changed], ["damaged", ["same"]]);
});

Deno.test("a damaged snapshot spoils neither what a restore keeps first nor the way back", async () => {
  await using world = await VaultWorld.make();
  await world.write("f", "whole");
  await Deno.utime(`${world.live}/f`, 1000, 1000);
  await world.write("other", "one");
  await world.snapshot(HARDLINK, { name: "first" });
  await world.write("other", "two");
  const { name } = await world.snapshot(HARDLINK);
  const file = `${world.versions}/${name}/content/f`;
  await Deno.remove(`${world.versions}/first/content/f`);
  await Deno.writeTextFile(`${world.versions}/first/content/f`, "whole");
  await Deno.utime(`${world.versions}/first/content/f`, 1000, 1000);
  await Deno.writeTextFile(file, "WHOLE");
  await Deno.utime(file, 1000, 1000);
  const { before } = await world.restore("first", [], HARDLINK);
  assert.equal(await Deno.readTextFile(`${world.versions}/${before}/content/f`), "whole");
  assert.equal(await world.read("other"), "one");
  await world.restore(before!, [], HARDLINK);
  assert.deepEqual([await world.read("f"), await world.read("other")], ["whole", "two"]);
});

Deno.test("checksums are not made unasked of what is too large, counted or not", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "0123456789");
  const { name } = await world.snapshot(HARDLINK, { auto: true });
  await Deno.remove(`${world.versions}/${name}/manifest.jsonl`);
  const record = `${world.versions}/${name}/snapshot.json`;
  const said = JSON.parse(await Deno.readTextFile(record));
  for (const bytes of [said.bytes, -1]) {
    await Deno.writeTextFile(record, JSON.stringify({ ...said, bytes }));
    using vault = await openVault(world.host, world.project);
    assert.equal(await sealAll(vault, 9), 0);
  }
  using vault = await openVault(world.host, world.project);
  assert.equal(await sealAll(vault, 10), 1);
});

Deno.test("a comparison goes on past what we may not read, names it, and calls nothing in it removed", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.write("hidden/deep/file", "one");
  await world.write("secret", "one");
  await world.write("z", "one");
  await world.snapshot(HARDLINK, { name: "one" });
  await world.write("z", "two");
  await Deno.chmod(`${world.live}/hidden`, 0);
  await Deno.chmod(`${world.live}/secret`, 0);
  const call = (content: boolean) =>
    underPermissions(
      ["VaultWorld"],
      "../vault/world.ts",
      `const world = await VaultWorld.at(root, ${JSON.stringify(world.project.path)});
       const { openVault } = await import(${JSON.stringify(import.meta.resolve("../../lib/vault/store.ts"))});
       const { openSides } = await import(${
        JSON.stringify(import.meta.resolve("../../lib/vault/compare/sides.ts"))
      });
       const { differences } = await import(${
        JSON.stringify(import.meta.resolve("../../lib/vault/compare/diff.ts"))
      });
       using vault = await openVault(world.host, world.project, "read");
       await using sides = await openSides(vault, "one", undefined);
       console.log(JSON.stringify([...differences(sides, ${content})].map(({ what, path }) => [what, path])));`,
      world.sandbox.root,
    );
  const last = [["changed", "z"], ["unreadable", "hidden"]];
  assert.deepEqual(JSON.parse(await call(false)), [["changed", "secret"], ...last]);
  assert.deepEqual(JSON.parse(await call(true)), [...last, ["unreadable", "secret"]]);
  await Deno.chmod(`${world.live}/hidden`, 0o700);
});

Deno.test({
  name:
    `a restore of everything refuses where something is mounted in the folder, and leaves the mount alone${
      Deno.uid() === 0 ? "" : " (mounting needs root)"
    }`,
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using world = await VaultWorld.make();
    await world.write("a b/file", "one");
    await world.snapshot(HARDLINK, { name: "one" });
    await world.write("top", "two");
    const place = `${world.live}/a b`;
    await command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place);
    try {
      await assert.rejects(world.restore("one"), refused("is-mounted"));
      assert.equal(await world.read("top"), "two");
    } finally {
      await command("umount", place);
    }
    await world.restore("one");
    assert.equal(await world.read("a b/file"), "one");
  },
});

Deno.test("a path that is too long for an archive is left out of it and reported; the snapshot is whole else", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  makeDeep(world.live, 40, "d".repeat(200));
  const taken = await world.attempt({ strategy: "archive" }, { name: "one" });
  assert.ok(taken.kind === "taken");
  assert.deepEqual([...new Set(taken.leftOut.map(({ kind }) => kind))], ["too-long"]);
  assert.equal((await world.verify())[0]!.outcome, "whole");
  await world.restore("one", ["a"], { strategy: "archive" });
  assert.equal(await world.read("a"), "one");
});

Deno.test("a vault that holds only what we may not read is not empty: a restore refuses, and it stays", async () => {
  await using world = await VaultWorld.make();
  await world.write("data/precious", "precious");
  await Deno.mkdir(`${world.live}/old`);
  for (const strategy of ["hardlink", "archive"]) {
    await world.snapshot({ strategy: strategy as "hardlink" }, { name: strategy });
  }
  await Deno.remove(`${world.live}/old`);
  await Deno.chmod(`${world.live}/data`, 0);
  for (const strategy of ["hardlink", "archive"]) {
    const answer = await underPermissions(
      ["VaultWorld"],
      "../vault/world.ts",
      `const world = await VaultWorld.at(root, ${JSON.stringify(world.project.path)});
       try { await world.restore("${strategy}", [], { strategy: "${strategy}" }); console.log("restored"); }
       catch (error) { console.log(error.code); }`,
      world.sandbox.root,
    );
    assert.equal(answer, "no-permission\n", strategy);
    assert.deepEqual([...Deno.readDirSync(world.live)].map(({ name }) => name), ["data"]);
  }
  await Deno.chmod(`${world.live}/data`, 0o700);
  assert.equal(await world.read("data/precious"), "precious");
});

testOnAll(
  (strategy) => `a ${strategy} snapshot that was copied before it had checksums is not called damaged`,
  async (place, strategy) => {
    await using world = await VaultWorld.make({}, place);
    await world.write("a", "one");
    const { name } = await world.snapshot({ strategy }, { auto: true });
    await Deno.remove(`${world.versions}/${name}/manifest.jsonl`).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 30));
    await command("cp", "-a", `${world.versions}/${name}`, `${world.versions}/copied`);
    const copied = (await world.verify()).find((one) => one.name === "copied")!;
    const expected = { archive: "whole", hardlink: "sealed", reflink: "unknown", btrfs: "unknown" } as const;
    assert.equal(copied.outcome, expected[strategy]);
    await Deno.writeTextFile(`${world.versions}/copied/content/a`, "two").catch(() => {});
    if (strategy === "archive") return;
    const changed = (await world.verify()).find((one) => one.name === "copied")!;
    assert.equal(changed.outcome, "damaged");
  },
);
