import assert from "node:assert/strict";
import { diffWork } from "../../../lib/hub/work/diff.ts";
import { openFork } from "../../../lib/hub/work/fork.ts";
import { landWork } from "../../../lib/hub/work/land.ts";
import { undoLand } from "../../../lib/hub/work/undo.ts";
import { makeWorkspace } from "../../../lib/hub/work/workspace.ts";
import { command, handlesIn } from "../../support/trees.ts";
import { land, line, lines, read, withHelper, type World, write } from "./support.ts";

const FILES = {
  "README.md": "read me\n",
  "src/a.ts": "a\n",
  "src/b.ts": "b\n",
  "src/deep/c.ts": "c\n",
  "tool": "#!/bin/sh\n",
  "link": "-> src/a.ts",
};

/** Runs what should fail, and holds that the parent's folder stays as it is, with nothing of ours beside. */
async function failing(world: World, act: () => Promise<unknown>, code: string): Promise<Error> {
  const before = await read(world.parent);
  let error: Error | undefined;
  await assert.rejects(act(), (cause: Error) => (error = cause, (cause as { code?: string }).code === code));
  assert.deepEqual(await read(world.parent), before);
  assert.deepEqual(kept(world), []);
  return error!;
}

async function refusesAsConflict(world: World): Promise<void> {
  const before = await read(world.parent);
  await assert.rejects(land(world), { code: "land-conflict" });
  assert.deepEqual(await read(world.parent), before);
}

function kept({ undo }: World): string[] {
  try {
    return [...Deno.readDirSync(undo)].map(({ name }) => name).filter((name) => name !== "lock");
  } catch {
    return [];
  }
}

async function work({ workspace }: World): Promise<void> {
  await write(workspace, {
    "src/a.ts": "A\n",
    "new/x": "x",
    "new/y/z": "z",
    "new/empty/": "",
    "exe": "#!/bin/sh\n",
  });
  await Deno.remove(`${workspace}/src/deep`, { recursive: true });
  await Deno.remove(`${workspace}/link`);
  await write(workspace, { "link": "-> src/b.ts" });
}

Deno.test("a helper that goes on lands again, also what it takes back of what has landed", () =>
  withHelper(FILES, async (world) => {
    const { parent, workspace } = world;
    await write(workspace, { "src/a.ts": "A\n", "new/x": "x", "new/y": "y", "src/b.ts": "B\n" });
    await Deno.remove(`${workspace}/tool`);
    await land(world);
    assert.deepEqual(await lines(world), []);
    await write(workspace, { "src/a.ts": "AA\n", "src/b.ts": "b\n", "tool": "again\n" });
    await Deno.remove(`${workspace}/new/x`);
    assert.deepEqual(await lines(world), [
      "changed src/a.ts",
      "added tool",
      "removed new/x",
      "changed src/b.ts",
    ]);
    const { undo } = await land(world);
    assert.deepEqual(await read(parent), await read(workspace));
    // What is taken back is what landed last; then the first is known again.
    await undoLand({ undo: world.undo, id: undo!, parent, keepOut: "none" });
    assert.equal((await read(parent))["src/a.ts"], "A\n");
    assert.deepEqual((await lines(world)).filter((one) => one.startsWith("conflicting")), []);
    // What the parent made of it is the parent's.
    await write(parent, { "src/a.ts": "of the parent\n", "new/x": "of the parent\n" });
    const now = await lines(world);
    assert.ok(now.includes("conflicting src/a.ts") && !now.some((one) => one.endsWith("new/x")), `${now}`);
  }));

Deno.test("what an earlier helper of the same number has landed is its parent's", () =>
  withHelper(FILES, async (world) => {
    const { parent, workspace, record } = world;
    await write(workspace, { "src/a.ts": "A\n", "new/x": "x" });
    await land(world);
    await Deno.remove(workspace, { recursive: true });
    await Deno.remove(record, { recursive: true });
    await makeWorkspace({ kind: "empty", from: parent, to: workspace, record, exclude: [], number: 1 });
    await write(workspace, { "own": "own\n" });
    assert.deepEqual(await lines(world), ["added own"]);
    using fork = await openFork(record);
    const back = { undo: world.undo, parent, from: workspace, since: fork.madeAt, keepOut: "none" as const };
    await assert.rejects(undoLand(back), { code: "no-undo" });
    await land(world);
    assert.deepEqual((await undoLand(back)).changes, [{ path: "own", change: "removed", kind: "file" }]);
    assert.deepEqual((await read(parent))["src/a.ts"], "A\n");
  }));

Deno.test("a folder that has landed is not replaced by a file: what is in it may be the parent's", () =>
  withHelper(FILES, async (world) => {
    await write(world.workspace, { "new/x": "x" });
    await land(world);
    await write(world.parent, { "new/own": "of the parent\n" });
    await Deno.remove(`${world.workspace}/new`, { recursive: true });
    await write(world.workspace, { "new": "a file\n" });
    await refusesAsConflict(world);
  }));

Deno.test("all that a helper made lands, what its parent made stays, and is taken back", () =>
  withHelper(FILES, async (world) => {
    await work(world);
    await write(world.parent, { "README.md": "of the parent\n", "src/deep/own": "of the parent\n" });
    await Deno.chmod(`${world.parent}/src/a.ts`, 0o644);
    const before = await read(world.parent);
    const { changes, undo } = await land(world);
    assert.deepEqual(changes.map(line), [
      "added exe (program: runs when you call it)",
      "changed link",
      "added new",
      "added new/empty",
      "added new/x",
      "added new/y",
      "added new/y/z",
      "changed src/a.ts",
      "removed src/deep",
      "removed src/deep/c.ts",
    ]);
    assert.deepEqual(await read(world.parent), {
      "README.md": "of the parent\n",
      "exe": "#!/bin/sh\n",
      "link": "-> src/b.ts",
      "new/empty/": "",
      "new/x": "x",
      "new/y/z": "z",
      "src/a.ts": "A\n",
      "src/b.ts": "b\n",
      "src/deep/own": "of the parent\n",
      "tool": "#!/bin/sh\n",
    });
    assert.equal((await Deno.stat(`${world.parent}/exe`)).mode! & 0o777, 0o755);
    // It is not empty, so it stays.
    assert.deepEqual(await lines(world), ["removed src/deep"]);
    assert.deepEqual(kept(world), [undo]);
    await undoLand({ ...world, keepOut: "none" });
    assert.deepEqual(await read(world.parent), before);
    assert.deepEqual(kept(world), []);
    assert.equal(handlesIn(world.base), 0);
  }));

Deno.test("paths land alone, with the folders that they need and nothing beside", () =>
  withHelper(FILES, async (world) => {
    await work(world);
    const before = await read(world.parent);
    await land(world, "./new/y/", "src/a.ts");
    assert.deepEqual(await read(world.parent), { ...before, "new/y/z": "z", "src/a.ts": "A\n" });
    await undoLand({ ...world, keepOut: "none" });
    assert.deepEqual(await read(world.parent), before);
    await failing(world, () => land(world, "src/b.ts"), "unknown-path");
    for (const path of ["../parent/README.md", "/etc/passwd", "src//a.ts", "."]) {
      await failing(world, () => land(world, path), "bad-path");
    }
  }));

Deno.test("nothing lands where one path conflicts; the others land by name", () =>
  withHelper(FILES, async (world) => {
    await work(world);
    await write(world.parent, { "src/a.ts": "parent\n" });
    const error = await failing(world, () => land(world), "land-conflict");
    assert.match(error.message, /^Cannot land src\/a\.ts: changed on both sides/);
    await land(world, "new", "link");
    assert.equal(await Deno.readTextFile(`${world.parent}/src/a.ts`), "parent\n");
    assert.equal(await Deno.readTextFile(`${world.parent}/new/x`), "x");
  }));

Deno.test("a plan changes nothing and leaves nothing, and says what conflicts", () =>
  withHelper(FILES, async (world) => {
    await work(world);
    await write(world.parent, { "src/a.ts": "parent\n" });
    const before = await read(world.parent);
    const { changes, undo } = await landWork({ ...world, plan: true, keepOut: "none" });
    assert.ok(changes.map(line).includes("conflicting src/a.ts"));
    assert.equal(undo, undefined);
    assert.deepEqual(await read(world.parent), before);
    assert.deepEqual([...Deno.readDirSync(world.base)].map(({ name }) => name).sort(), ["helpers", "parent"]);
  }));

Deno.test("kinds that change land and are taken back: a folder for a file, a file for a folder", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent } = world;
    await Deno.remove(`${workspace}/src`, { recursive: true });
    await Deno.remove(`${workspace}/tool`);
    await write(workspace, { "src": "file\n", "tool/main": "main\n", "tool/more/m": "m\n" });
    const before = await read(parent);
    await land(world);
    assert.deepEqual(await read(parent), {
      "README.md": "read me\n",
      "link": "-> src/a.ts",
      "src": "file\n",
      "tool/main": "main\n",
      "tool/more/m": "m\n",
    });
    await undoLand({ ...world, keepOut: "none" });
    assert.deepEqual(await read(parent), before);
  }));

Deno.test("what was changed since it landed is not taken back, and nothing else is", () =>
  withHelper(FILES, async (world) => {
    await work(world);
    await land(world);
    await write(world.parent, { "new/x": "changed since\n" });
    const landed = await read(world.parent);
    await assert.rejects(undoLand({ ...world, keepOut: "none" }), { code: "land-conflict" });
    assert.deepEqual(await read(world.parent), landed);
    await write(world.parent, { "new/x": "x", "new/own": "own\n" });
    await undoLand({ ...world, keepOut: "none" });
    assert.deepEqual(await read(world.parent), { ...FILES, "new/own": "own\n" });
    await assert.rejects(undoLand({ ...world, keepOut: "none" }), { code: "no-undo" });
    await assert.rejects(undoLand({ ...world, id: "../../etc", keepOut: "none" }), { code: "no-undo" });
  }));

Deno.test("what cannot land is left out and said, and the rest lands", () =>
  withHelper(FILES, async (world) => {
    await command("mkfifo", `${world.workspace}/src/pipe`);
    await write(world.workspace, { "src/a.ts": "A\n" });
    const { changes, leftOut } = await land(world);
    assert.deepEqual([changes.map(line), leftOut.map(line)], [["changed src/a.ts"], [
      "special src/pipe (fifo)",
    ]]);
    assert.equal((await land(world)).undo, undefined);
  }));

Deno.test("what a box could not write it cannot have landed; the user can", () =>
  withHelper(FILES, async (world) => {
    await write(world.workspace, {
      ".githooks/pre-commit": "#!/bin/sh\n",
      "src/a.ts": "A\n",
      "Makefile": "all:\n",
    });
    const asBox = (keepOut: "none" | "hooks" | "all", ...paths: string[]) =>
      landWork({ ...world, paths, keepOut });
    const error = await failing(world, () => asBox("hooks"), "land-protected");
    assert.match(
      error.message,
      /^Cannot land \.githooks\/pre-commit \(git hook: runs when you commit\): report\.protect/,
    );
    await failing(world, () => asBox("hooks", ".githooks"), "land-protected");
    await failing(world, () => asBox("all", "Makefile"), "land-protected");
    await asBox("hooks", "src", "Makefile");
    await asBox("none");
    assert.deepEqual(await lines(world), []);
    // Nor can it have it taken back.
    await assert.rejects(undoLand({ ...world, keepOut: "hooks" }), { code: "land-protected" });
    await undoLand({ ...world, keepOut: "none" });
    await undoLand({ ...world, keepOut: "hooks" });
    assert.deepEqual(await read(world.parent), FILES);
  }));

Deno.test("what the helper made of it after a look does not land", () =>
  withHelper(FILES, async (world) => {
    await work(world);
    const { look } = await diffWork(world);
    await write(world.workspace, { "new/y/z": "Z" });
    await failing(world, () => landWork({ ...world, look, keepOut: "none" }), "changed");
    const again = (await diffWork(world)).look;
    await landWork({ ...world, look: again, keepOut: "none" });
    assert.equal(await Deno.readTextFile(`${world.parent}/new/y/z`), "Z");
  }));

Deno.test("setuid bits and hard links to files of the helper do not land, nor does what a link leads to", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent, base } = world;
    await write(base, { "secret": "secret\n" });
    await write(workspace, { "suid": "#!/bin/sh\n", "one": "1\n", "to-secret": "-> ../../../secret" });
    await Deno.chmod(`${workspace}/suid`, 0o4755);
    await Deno.link(`${workspace}/one`, `${workspace}/two`);
    await land(world);
    assert.equal((await Deno.stat(`${parent}/suid`)).mode! & 0o7777, 0o755);
    await write(workspace, { "one": "changed by the helper\n" });
    assert.equal(await Deno.readTextFile(`${parent}/one`), "1\n");
    assert.equal(await Deno.readTextFile(`${parent}/two`), "1\n");
    assert.equal(await Deno.readLink(`${parent}/to-secret`), "../../../secret");
  }));

Deno.test("a folder of the parent that becomes a link leads nothing elsewhere", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent, base } = world;
    await Deno.mkdir(`${base}/outside`);
    await write(workspace, { "src/new.ts": "new\n" });
    await Deno.rename(`${parent}/src`, `${parent}/src2`);
    await Deno.symlink(`${base}/outside`, `${parent}/src`);
    await failing(world, () => land(world), "land-conflict");
    assert.deepEqual([...Deno.readDirSync(`${base}/outside`)], []);
  }));
