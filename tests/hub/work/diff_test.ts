import assert from "node:assert/strict";
import { diffWork } from "../../../lib/hub/work/diff.ts";
import { command, makeDeep, writeBytesName } from "../../support/trees.ts";
import { lines, withHelper, write } from "./support.ts";

const FILES = {
  "README.md": "read me\n",
  "src/a.ts": "a\n",
  "src/b.ts": "b\n",
  "src/deep/c.ts": "c\n",
  "tool": "#!/bin/sh\n",
  "link": "-> src/a.ts",
  ".git/config": "[core]\n",
};

Deno.test("a helper that does nothing has changed nothing, whatever its parent does", () =>
  withHelper(FILES, async (world) => {
    assert.deepEqual(await lines(world), []);
    await write(world.parent, { "src/a.ts": "of the parent\n", "new": "of the parent\n" });
    await Deno.remove(`${world.parent}/src/deep`, { recursive: true });
    assert.deepEqual(await lines(world), []);
  }));

Deno.test("what the helper added, changed and removed is listed, folders before what is in them", () =>
  withHelper(FILES, async (world) => {
    const { workspace } = world;
    await write(workspace, { "src/a.ts": "A\n", "new/x": "x", "new/empty/": "" });
    await Deno.remove(`${workspace}/src/deep`, { recursive: true });
    await Deno.remove(`${workspace}/link`);
    await write(workspace, { "link": "-> src/b.ts" });
    await Deno.chmod(`${workspace}/README.md`, 0o755);
    assert.deepEqual(await lines(world), [
      "changed README.md (program: runs when you call it)",
      "changed link",
      "added new",
      "added new/empty",
      "added new/x",
      "changed src/a.ts",
      "removed src/deep",
      "removed src/deep/c.ts",
    ]);
  }));

Deno.test("a file that was written with the content it had is no change; one of the same length and time with another is", () =>
  withHelper(FILES, async (world) => {
    const { workspace } = world;
    const { mtime } = await Deno.stat(`${workspace}/src/a.ts`);
    await write(workspace, { "src/a.ts": "a\n", "src/b.ts": "B\n" });
    await Deno.utime(`${workspace}/src/b.ts`, mtime!, mtime!);
    assert.deepEqual(await lines(world), ["changed src/b.ts"]);
  }));

Deno.test("what both changed conflicts; what both changed to the same does not, nor what only looks changed", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent } = world;
    await write(workspace, {
      "README.md": "helper\n",
      "src/a.ts": "the same\n",
      "src/b.ts": "helper\n",
      "both": "helper\n",
      "tool": "helper\n",
    });
    await Deno.remove(`${workspace}/src/deep/c.ts`);
    await write(parent, { "README.md": "parent\n", "src/a.ts": "the same\n", "both": "parent\n" });
    await write(parent, { "src/deep/c.ts": "parent\n" });
    await write(parent, { "src/b.ts": "b\n" });
    await Deno.remove(`${parent}/tool`);
    assert.deepEqual(await lines(world), [
      "conflicting README.md",
      "conflicting both",
      "changed src/b.ts",
      "conflicting src/deep/c.ts",
      "conflicting tool",
    ]);
  }));

Deno.test("a folder that became a file is one change, and a conflict where the parent has made something in it", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent } = world;
    await Deno.remove(`${workspace}/src`, { recursive: true });
    await write(workspace, { "src": "a file\n" });
    assert.deepEqual(await lines(world), ["changed src"]);
    await write(parent, { "src/of-parent": "" });
    assert.deepEqual(await lines(world), ["conflicting src"]);
  }));

Deno.test("a file that became a folder is a change with all in it, and conflicts with all in it", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent } = world;
    await Deno.remove(`${workspace}/tool`);
    await write(workspace, { "tool/main": "main\n" });
    assert.deepEqual(await lines(world), ["changed tool", "added tool/main"]);
    await write(parent, { "tool": "of the parent\n" });
    assert.deepEqual(await lines(world), ["conflicting tool", "conflicting tool/main"]);
  }));

Deno.test("what the helper made in a folder that is a link by now in the parent's conflicts", () =>
  withHelper(FILES, async (world) => {
    const { workspace, parent, base } = world;
    await write(workspace, { "src/new.ts": "", "src/a.ts": "A\n" });
    await Deno.rename(`${parent}/src`, `${base}/elsewhere`);
    await Deno.symlink(`${base}/elsewhere`, `${parent}/src`);
    assert.deepEqual(await lines(world), ["conflicting src/a.ts", "conflicting src/new.ts"]);
  }));

Deno.test("what cannot land is special: FIFOs, sockets, what cannot be read, what is not for the parent's box", () =>
  withHelper({ ...FILES, "vault/kept": "secret\n" }, async (world) => {
    const { workspace } = world;
    assert.equal((await Deno.lstat(`${workspace}/src`)).isDirectory, true);
    await assert.rejects(Deno.lstat(`${workspace}/vault`), Deno.errors.NotFound);
    await command("mkfifo", `${workspace}/src/pipe`);
    using _listener = Deno.listen({ transport: "unix", path: `${workspace}/socket` });
    await write(workspace, { "vault/project.toml": "" });
    assert.deepEqual(await lines(world), [
      "special socket (socket)",
      "special src/pipe (fifo)",
      "special vault (is not for the box it would land in)",
    ]);
  }, { exclude: ["vault"] }));

Deno.test("git's own data is neither compared nor listed, in any case of its letters", () =>
  withHelper(FILES, async (world) => {
    await write(world.workspace, {
      ".git/config": "[core]\n\thooksPath = /tmp\n",
      ".git/hooks/post-checkout": "#!/bin/sh\n",
      ".GIT/hooks/post-checkout": "#!/bin/sh\n",
      "vendor/.git/config": "",
      "vendor/file": "",
    });
    assert.deepEqual(await lines(world), ["added vendor", "added vendor/file"]);
  }));

Deno.test("what a machine would run is named as such, by what of it counts", () =>
  withHelper({ ...FILES, "package.json": `{"name":"a","scripts":{"test":"t"}}` }, async (world) => {
    await write(world.workspace, {
      ".githooks/pre-commit": "#!/bin/sh\n",
      ".claude/settings.json": "{}",
      ".husky": "-> src",
      "package.json": `{"name":"b","scripts":{"test":"t"}}`,
      "sub/package.json": `{"scripts":{"postinstall":"x"}}`,
      "out": "-> ../../etc/passwd",
      "abs": "-> /etc",
      "inside": "-> src/../src/a.ts",
    });
    const found = await lines(world);
    const of = (path: string) => found.find((one) => one.split(" ")[1] === path);
    assert.equal(of(".githooks/pre-commit"), "added .githooks/pre-commit (git hook: runs when you commit)");
    assert.match(of(".claude/settings.json")!, /\(settings, hooks and skills of Claude Code: decides what/);
    assert.match(of(".husky")!, /\(git hook of husky: /);
    assert.equal(of("package.json"), "changed package.json");
    assert.match(of("sub/package.json")!, /runs when you install\)$/);
    assert.match(of("out")!, /^added out \(link that leads out of the project: /);
    assert.match(of("abs")!, /^added abs \(link that leads out of the project: /);
    assert.equal(of("inside"), "added inside");
  }));

Deno.test("names with line breaks and of bytes that are no text are not confused", () =>
  withHelper({ "a\nb": "1\n" }, async (world) => {
    writeBytesName(world.workspace, [0xff, 0x41], "x");
    writeBytesName(world.workspace, [0xfe, 0x41], "y");
    await write(world.workspace, { "a\nb": "2\n" });
    assert.deepEqual(await lines(world), ["changed a\nb", "added \udcfeA", "added \udcffA"]);
  }));

Deno.test("a helper's folder that nests too deep is refused, and many changes are counted", () =>
  withHelper({}, async (world) => {
    for (let at = 0; at < 30; at++) await write(world.workspace, { [`f${at}`]: "" });
    const { changes, leftOut } = await diffWork(world, { limit: 10 });
    assert.deepEqual([changes.length, leftOut], [10, 20]);
    makeDeep(world.workspace, 210);
    await assert.rejects(diffWork(world), { code: "too-large" });
  }));

Deno.test("an empty folder is compared with nothing, and what its parent has of the same name conflicts", () =>
  withHelper(FILES, async (world) => {
    await write(world.workspace, { "README.md": "helper\n", "src/a.ts": "a\n", "result.json": "{}" });
    assert.deepEqual(await lines(world), ["conflicting README.md", "added result.json"]);
  }, { kind: "empty" }));

Deno.test("a helper that reads its parent's folder has nothing to compare", () =>
  withHelper(FILES, async (world) => {
    assert.equal(world.made.how, "none");
    await assert.rejects(diffWork(world), { code: "no-record" });
  }, { kind: "shared-ro" }));

Deno.test("the mark of a look is another when anything the helper made is another", () =>
  withHelper(FILES, async (world) => {
    await write(world.workspace, { "src/a.ts": "A\n" });
    const { look } = await diffWork(world);
    assert.equal((await diffWork(world)).look, look);
    const { mtime } = await Deno.stat(`${world.workspace}/src/a.ts`);
    await write(world.workspace, { "src/a.ts": "B\n" });
    await Deno.utime(`${world.workspace}/src/a.ts`, mtime!, mtime!);
    assert.notEqual((await diffWork(world)).look, look);
  }));
