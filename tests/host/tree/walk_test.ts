import assert from "node:assert/strict";
import { KanibakoError } from "../../../lib/host/error.ts";
import { treeSteps, walkTree } from "../../../lib/host/tree/walk.ts";
import { openTreeFile } from "../../../lib/host/tree/file.ts";
import {
  command,
  handlesIn,
  inFolder,
  makeDeep,
  underPermissions,
  writeBytesName,
} from "../../support/trees.ts";

/** Of the whole process, other tests' among them. */
function allHandles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;

Deno.test("a walk meets everything once, a folder before what it holds, and counts it", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${root}/a/b/file`, "hello");
    await Deno.writeTextFile(`${root}/top`, "x");
    await Deno.link(`${root}/top`, `${root}/a/again`);
    await Deno.symlink("/etc", `${root}/link`);
    await command("mkfifo", `${root}/fifo`);
    const met: string[] = [];
    const report = walkTree(root, (entry) => void met.push(`${entry.path} ${entry.nature}`));
    assert.deepEqual(met.toSorted(), [
      "a folder",
      "a/again file",
      "a/b folder",
      "a/b/file file",
      "fifo fifo",
      "link symlink",
      "top file",
    ]);
    assert(met.indexOf("a folder") < met.indexOf("a/b folder"));
    const { allocated, ...counts } = report;
    assert.deepEqual(counts, {
      files: 3,
      folders: 2,
      symlinks: 1,
      others: 1,
      bytes: 6,
      vanished: 0,
      unreadable: 0,
    });
    const du = Number((await command("du", "-s", "--block-size=1", root)).split("\t")[0]);
    assert.equal(allocated + (await Deno.lstat(root)).blocks! * 512, du);
  }));

Deno.test("a sorted walk goes in the order of the names' bytes, at every level", () =>
  inFolder(async (root) => {
    for (const path of ["b/z", "b/a", "a-", "a/x"]) {
      await Deno.mkdir(`${root}/${path}`, { recursive: true });
    }
    await Deno.writeTextFile(`${root}/aa`, "");
    const met: string[] = [];
    walkTree(root, (entry) => void met.push(entry.path), { sorted: true });
    assert.deepEqual(met, ["a", "a/x", "a-", "aa", "b", "b/a", "b/z"]);
  }));

Deno.test("what is skipped or excluded is not entered, and its neighbours are", () =>
  inFolder(async (root) => {
    for (const path of ["skipped/x", "excluded/x", "kept/x"]) {
      await Deno.mkdir(`${root}/${path}`, { recursive: true });
    }
    const met: string[] = [];
    walkTree(root, (entry) => {
      met.push(entry.path);
      return entry.path === "skipped" ? "skip" : undefined;
    }, { sorted: true, exclude: (path, kind) => path === "excluded" && kind === "folder" });
    assert.deepEqual(met, ["kept", "kept/x", "skipped"]);
  }));

Deno.test("a walk goes 4096 folders deep with few handles, and leaves none open", () =>
  inFolder((root) => {
    makeDeep(root, 4096);
    const before = allHandles();
    let most = 0;
    let deepest = "";
    for (const { entry } of treeSteps(root)) {
      if (entry.depth % 500 === 0) most = Math.max(most, allHandles());
      if (entry.kind === "file") deepest = entry.path;
    }
    assert.equal(deepest, `${"d/".repeat(4096)}file`);
    assert(most - before < 500, `${most - before} handles`);
    assert.equal(handlesIn(root), 0);
  }));

Deno.test("a walk that is left early closes its handles", () =>
  inFolder((root) => {
    makeDeep(root, 10);
    for (const { entry } of treeSteps(root)) if (entry.depth === 5) break;
    assert.equal(handlesIn(root), 0);
  }));

Deno.test("above a limit a walk is refused, at it it is not", () =>
  inFolder(async (root) => {
    makeDeep(root, 3);
    const walk = (limits: Record<string, number>) => walkTree(root, () => {}, { limits });
    assert.throws(() => walk({ entries: 3 }), refused("too-large"));
    assert.equal(walk({ entries: 4 }).files, 1);
    assert.throws(() => walk({ depth: 2 }), refused("too-large"));
    assert.equal(walk({ depth: 3 }).files, 1);
    await Deno.writeFile(`${root}/big`, new Uint8Array(1 << 20));
    assert.throws(() => walk({ bytes: 1 << 20 }), refused("too-large"));
    assert.equal(walk({ bytes: 1 << 21 }).files, 2);
    for (const limits of [{ depth: 2 }, { entries: 3 }]) assert.throws(() => walk(limits));
    assert.equal(handlesIn(root), 0);
  }));

Deno.test("names that are not UTF-8 come as the bytes they are", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/sub`);
    writeBytesName(`${root}/sub`, [0xff, 0x2d, 0xfe], "x");
    const [entry] = [...treeSteps(root)].map((step) => step.entry).filter((found) => found.kind === "file");
    assert.equal(entry!.path, "sub/\ufffd-\ufffd");
    assert.deepEqual([...entry!.pathBytes], [...new TextEncoder().encode("sub/"), 0xff, 0x2d, 0xfe]);
    assert.deepEqual([...entry!.name], [0xff, 0x2d, 0xfe, 0]);
  }));

Deno.test("a folder swapped for a symlink after it was listed is not entered", () =>
  inFolder(async (base) => {
    const root = `${base}/root`;
    await Deno.mkdir(`${root}/a`, { recursive: true });
    await Deno.mkdir(`${root}/b`);
    await Deno.mkdir(`${base}/outside`);
    await Deno.writeTextFile(`${base}/outside/secret`, "x");
    const met: string[] = [];
    // Both are listed before the first is met.
    const report = walkTree(root, (entry) => {
      met.push(entry.path);
      if (met.length > 1) return;
      const other = entry.path === "a" ? "b" : "a";
      Deno.removeSync(`${root}/${other}`);
      Deno.symlinkSync("../outside", `${root}/${other}`);
    }, {});
    assert.deepEqual(met.toSorted(), ["a", "b"]);
    assert.equal(report.symlinks, 1);
  }));

Deno.test("a very deep folder that is moved elsewhere meanwhile ends the walk, and is not followed", () =>
  inFolder(async (base) => {
    const root = `${base}/root`;
    await Deno.mkdir(root);
    makeDeep(root, 100);
    await Deno.mkdir(`${base}/elsewhere`);
    assert.throws(
      () =>
        walkTree(root, (entry) => {
          if (entry.kind === "file") Deno.renameSync(`${root}/${"d/".repeat(19)}d`, `${base}/elsewhere/d`);
        }),
      refused("tree-changed"),
    );
  }));

Deno.test("what we may not read is refused by name, or passed over and counted", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/open`);
    await Deno.mkdir(`${root}/closed`);
    await Deno.chmod(`${root}/closed`, 0o000);
    const walk = () =>
      underPermissions(
        ["walkTree"],
        "../../lib/host/tree/walk.ts",
        `try { walkTree(root, () => {}); } catch (error) { console.log(error.code, error.message); }
         const { folders, unreadable } = walkTree(root, () => {}, { unreadable: "skip" });
         console.log(folders, unreadable);`,
        root,
      );
    assert.equal(
      await walk(),
      `no-permission Cannot read ${root}/closed: its permissions forbid it\n1 1\n`,
    );
    if (Deno.uid() === 0) {
      await Deno.chown(`${root}/closed`, 65534, 65534);
      assert.equal(
        await walk(),
        `needs-engine Cannot read ${root}/closed: it belongs to another user of the box\n1 1\n`,
      );
    }
  }));

Deno.test("a file that a walk met is read by handle, its holes known; what took its place is not", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/file`, "start");
    await Deno.truncate(`${root}/file`, 1 << 22);
    let checked = 0;
    walkTree(root, (entry) => {
      using file = openTreeFile(root, entry)!;
      const ranges = [...file.dataRanges()];
      assert.equal(ranges[0]!.start, 0);
      assert(ranges.reduce((sum, { start, end }) => sum + end - start, 0) <= 1 << 16);
      file.seek(2);
      const bytes = new Uint8Array(3);
      assert.equal(file.read(bytes), 3);
      assert.equal(new TextDecoder().decode(bytes), "art");
      Deno.removeSync(`${root}/file`);
      assert.equal(openTreeFile(root, entry), undefined);
      Deno.symlinkSync("/etc/passwd", `${root}/file`);
      assert.equal(openTreeFile(root, entry), undefined);
      checked++;
    });
    assert.equal(checked, 1);
  }));
