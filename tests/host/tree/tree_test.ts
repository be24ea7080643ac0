import assert from "node:assert/strict";
import fs from "node:fs";
import fc from "fast-check";
import { KanibakoError } from "../../../lib/host/error.ts";
import { entryKind } from "../../../lib/host/tree/entry.ts";
import { openFolder } from "../../../lib/host/tree/folder.ts";
import { removeTree } from "../../../lib/host/tree/remove.ts";
import { openTree, type Tree } from "../../../lib/host/tree/tree.ts";
import { command, underPermissions, writeBytesName } from "../../support/trees.ts";

async function inTree(test: (root: string, tree: Tree, outside: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "tree-" });
  try {
    await Deno.mkdir(`${base}/root`);
    await Deno.mkdir(`${base}/outside`);
    await Deno.writeTextFile(`${base}/outside/secret`, "secret");
    using tree = openTree(`${base}/root`);
    await test(`${base}/root`, tree, `${base}/outside`);
  } finally {
    await removeTree(base);
  }
}

function refused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof KanibakoError && error.code === code;
}

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

Deno.test("Tree.readFile reads a regular file, and says nothing is there when nothing is", () =>
  inTree(async (root, tree) => {
    await Deno.mkdir(`${root}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${root}/a/b/c`, "hello");
    assert.equal(text(tree.readFile("a/b/c", 5)), "hello");
    assert.equal(tree.readFile("a/b/d", 5), undefined);
    assert.equal(tree.readFile("a/x/y", 5), undefined);
  }));

Deno.test("Tree.readFile refuses a file above its limit", () =>
  inTree(async (root, tree) => {
    await Deno.writeTextFile(`${root}/big`, "123456");
    assert.throws(() => tree.readFile("big", 5), refused("too-large"));
    await Deno.truncate(`${root}/big`, 2 ** 40);
    assert.throws(() => tree.readFile("big", 1024), refused("too-large"));
  }));

Deno.test("Tree.readFile follows no symlink: last, on the way, dangling, or within the root", () =>
  inTree(async (root, tree, outside) => {
    await Deno.writeTextFile(`${root}/inside`, "fine");
    await Deno.symlink(`${outside}/secret`, `${root}/link`);
    await Deno.symlink(outside, `${root}/folder`);
    await Deno.symlink(`${outside}/none`, `${root}/dangling`);
    await Deno.symlink("inside", `${root}/near`);
    for (const path of ["link", "folder/secret", "dangling", "near"]) {
      assert.throws(() => tree.readFile(path, 100), refused("unsafe-tree"), path);
    }
    assert.equal(text(tree.readFile("inside", 100)), "fine");
  }));

Deno.test("Tree.readFile opens no FIFO, socket or device", () =>
  inTree(async (root, tree) => {
    await command("mkfifo", `${root}/fifo`);
    using _socket = Deno.listen({ transport: "unix", path: `${root}/socket` });
    for (const path of ["fifo", "socket"]) {
      assert.throws(() => tree.readFile(path, 100), refused("unsafe-tree"), path);
    }
  }));

Deno.test("Tree refuses paths that could leave it", () =>
  inTree(async (_root, tree) => {
    for (const path of ["", "/etc/passwd", "..", "a/../..", ".", "a//b", "a/", "a\0b"]) {
      assert.throws(() => tree.readFile(path, 10), refused("bad-path"), JSON.stringify(path));
    }
    await Promise.resolve();
  }));

Deno.test("Tree never reads what is outside, whatever the path", () =>
  inTree(async (root, tree, outside) => {
    await Deno.symlink(outside, `${root}/l`);
    await Deno.mkdir(`${root}/d`);
    await Deno.symlink("../../outside", `${root}/d/l`);
    const part = fc.constantFrom("l", "d", "secret", "..", ".", "", "root", "outside");
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      let found: Uint8Array | undefined;
      try {
        found = tree.readFile(parts.join("/"), 100);
      } catch (error) {
        assert(error instanceof KanibakoError);
      }
      assert.equal(found, undefined);
    }));
  }));

Deno.test("Tree.readFile never escapes while a folder is swapped with a symlink", () =>
  inTree(async (root, tree, outside) => {
    await Deno.mkdir(`${root}/d`);
    await Deno.writeTextFile(`${root}/d/secret`, "mine");
    // The shell swaps the two as fast as it can, while we read.
    const swapper = new Deno.Command("sh", {
      args: [
        "-c",
        `cd "$1" && ln -s "$2" l && i=0 && while [ $i -lt 200 ]; do mv -T d x; mv -T l d; mv -T d l; mv -T x d; i=$((i+1)); done`,
        "sh",
        root,
        outside,
      ],
      stderr: "null",
    }).spawn();
    let over = false;
    swapper.status.then(() => over = true);
    let read = 0;
    while (!over) {
      for (let i = 0; i < 200; i++) {
        try {
          const found = text(tree.readFile("d/secret", 100));
          assert(found === undefined || found === "mine", found);
          if (found) read++;
        } catch (error) {
          assert(error instanceof KanibakoError, String(error));
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assert(read > 0);
  }));

Deno.test("Tree.makeFolder makes folders with their mode and leaves existing ones alone", () =>
  inTree(async (root, tree) => {
    await Deno.mkdir(`${root}/a`, { mode: 0o755 });
    tree.makeFolder("a/b/c", { mode: 0o700 });
    assert.equal((await Deno.stat(`${root}/a`)).mode! & 0o777, 0o755);
    assert.equal((await Deno.stat(`${root}/a/b/c`)).mode! & 0o777, 0o700);
    tree.makeFolder("a/b/c", { mode: 0o777 });
    assert.equal((await Deno.stat(`${root}/a/b/c`)).mode! & 0o777, 0o700);
  }));

Deno.test("Tree.makeFolder makes nothing behind a symlink, dangling or not", () =>
  inTree(async (root, tree, outside) => {
    await Deno.symlink(outside, `${root}/l`);
    await Deno.symlink(`${outside}/new`, `${root}/dangling`);
    assert.throws(() => tree.makeFolder("l/made", { mode: 0o700 }), refused("unsafe-tree"));
    assert.throws(() => tree.makeFolder("dangling", { mode: 0o700 }), refused("unsafe-tree"));
    assert.throws(() => tree.makeFolder("dangling/made", { mode: 0o700 }), refused("unsafe-tree"));
    assert.deepEqual([...Deno.readDirSync(outside)].map((entry) => entry.name), ["secret"]);
  }));

Deno.test("Tree.makeFile makes an empty file once, and never through a symlink", () =>
  inTree(async (root, tree, outside) => {
    tree.makeFile("stub", { mode: 0o600 });
    assert.equal((await Deno.stat(`${root}/stub`)).mode! & 0o777, 0o600);
    await Deno.writeTextFile(`${root}/stub`, "kept");
    tree.makeFile("stub", { mode: 0o644 });
    assert.equal(await Deno.readTextFile(`${root}/stub`), "kept");
    await Deno.symlink(`${outside}/new`, `${root}/dangling`);
    assert.throws(() => tree.makeFile("dangling", { mode: 0o600 }), refused("unsafe-tree"));
    assert.throws(() => tree.makeFile("none/stub", { mode: 0o600 }), refused("cannot-create"));
    assert.deepEqual([...Deno.readDirSync(outside)].map((entry) => entry.name), ["secret"]);
  }));

Deno.test("Tree.list tells kinds and stops at its limit", () =>
  inTree(async (root, tree, outside) => {
    await Deno.mkdir(`${root}/d/sub`, { recursive: true });
    await Deno.writeTextFile(`${root}/d/file`, "");
    await Deno.symlink(outside, `${root}/d/link`);
    await command("mkfifo", `${root}/d/fifo`);
    const { entries, truncated } = tree.list("d", 10)!;
    assert.equal(truncated, false);
    assert.deepEqual(entries.sort((a, b) => a.name < b.name ? -1 : 1), [
      { name: "fifo", kind: "other" },
      { name: "file", kind: "file" },
      { name: "link", kind: "symlink" },
      { name: "sub", kind: "folder" },
    ]);
    assert.equal(tree.list("d", 2)!.truncated, true);
    assert.equal(tree.list("none", 2), undefined);
    assert.throws(() => tree.list("d/link", 2), refused("unsafe-tree"));
    assert.equal(tree.readLink("d/link"), outside);
  }));

Deno.test("Tree reaches names that are not UTF-8, by the text that its list gives them", () =>
  inTree(async (root, tree) => {
    writeBytesName(root, [0x62, 0xff, 0x64], "odd");
    await Deno.writeTextFile(`${root}/even`, "even");
    const names = tree.list("", 10)!.entries.map(({ name }) => name);
    assert.deepEqual(names.map((name) => text(tree.readFile(name, 10))).sort(), ["even", "odd"]);
    await tree.remove(names.find((name) => name !== "even")!);
    assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name), ["even"]);
  }));

Deno.test("a name in an open folder is one name, and neither the folder nor what is above it", () =>
  inTree(async (root) => {
    await Deno.mkdir(`${root}/a/b`, { recursive: true });
    using folder = openFolder(`${root}/a`);
    for (const name of ["..", ".", "", "b/..", "/"]) {
      assert.throws(() => folder.open(name), refused("bad-path"), name);
      assert.throws(() => folder.info(name), refused("bad-path"), name);
      await assert.rejects(entryKind(root, name), TypeError, name);
    }
    using inner = folder.open("b");
    assert.equal(inner?.self().kind, "folder");
    assert.equal(await entryKind(root, "a"), "folder");
  }));

Deno.test("Tree.remove removes a folder, and of a symlink only the symlink", () =>
  inTree(async (root, tree, outside) => {
    await Deno.mkdir(`${root}/d/e`, { recursive: true });
    await Deno.symlink(outside, `${root}/d/e/link`);
    await Deno.symlink(outside, `${root}/link`);
    await tree.remove("d");
    await tree.remove("link");
    await tree.remove("none");
    assert.deepEqual([...Deno.readDirSync(root)], []);
    assert.equal(await Deno.readTextFile(`${outside}/secret`), "secret");
    await Deno.symlink(outside, `${root}/l`);
    await assert.rejects(tree.remove("l/secret"), refused("unsafe-tree"));
    assert.equal(await Deno.readTextFile(`${outside}/secret`), "secret");
  }));

Deno.test("removeTree removes special files, names that are not UTF-8, and folders nobody may enter", async () => {
  const base = await Deno.makeTempDir();
  const root = `${base}/gone`;
  await Deno.mkdir(`${root}/locked/inner`, { recursive: true });
  await Deno.chmod(`${root}/locked`, 0);
  await command("mkfifo", `${root}/fifo`);
  await command("sh", "-c", `touch "$1/$(printf 'bad\\377name')"; touch "$1/line\nfeed"`, "sh", root);
  await removeTree(root);
  assert.deepEqual([...Deno.readDirSync(base)], []);
  await removeTree(root);
  await removeTree(base);
});

Deno.test("removeTree removes 4096 nested folders", async () => {
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/top`);
  // A path of that length cannot be given to the system: one folder after the other, by handle.
  let fd = fs.openSync(`${base}/top`, fs.constants.O_RDONLY);
  for (let i = 0; i < 4096; i++) {
    fs.mkdirSync(`/proc/self/fd/${fd}/d`);
    const next = fs.openSync(`/proc/self/fd/${fd}/d`, fs.constants.O_RDONLY);
    fs.closeSync(fd);
    fd = next;
  }
  fs.closeSync(fd);
  await removeTree(`${base}/top`);
  assert.deepEqual([...Deno.readDirSync(base)], []);
  await removeTree(base);
});

Deno.test("removeTree removes more names in one folder than it keeps at a time", async () => {
  const base = await Deno.makeTempDir();
  const script =
    'mkdir "$1/top" && cd "$1/top" && seq -f d%g 10100 | xargs mkdir && seq -f f%g 300 | xargs touch';
  await command("sh", "-c", script, "sh", base);
  await removeTree(`${base}/top`);
  assert.deepEqual([...Deno.readDirSync(base)], []);
  await removeTree(base);
});

Deno.test("removeTree gives up on what another user owns, and as that user's it goes", async () => {
  if (Deno.uid() !== 0) return console.log("left out: only root can give files away");
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/top/other`, { recursive: true });
  await Deno.writeTextFile(`${base}/top/other/file`, "");
  await Deno.chown(`${base}/top/other`, 12345, 12345);
  const script = `console.log(await removeTree(\`\${root}/top\`).then(() => "ok", (error) => error.code));`;
  const removed = () => underPermissions(["removeTree"], "../../lib/host/tree/remove.ts", script, base);
  assert.equal(await removed(), "needs-engine\n");
  assert.ok(fs.existsSync(`${base}/top/other/file`));
  await Deno.chown(`${base}/top/other`, 0, 0);
  await Deno.chmod(`${base}/top/other`, 0);
  assert.equal(await removed(), "ok\n");
  await removeTree(base);
});

Deno.test("removeTree comes to an end where something goes on writing", async () => {
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/top/d`, { recursive: true });
  const script = 'echo; cd "$1/top/d" && while :; do i=$((i+1)); mkdir d$i; : >f$i; done';
  const writer = new Deno.Command("sh", { args: ["-c", script, "sh", base], stdout: "piped", stderr: "null" })
    .spawn();
  const output = writer.stdout.getReader();
  await output.read();
  const outcome = await removeTree(`${base}/top`).then(() => "ok", (error) => error.message);
  output.releaseLock();
  writer.kill("SIGKILL");
  await writer.stdout.cancel();
  await writer.status;
  assert.match(outcome, /^ok$|something is still writing there/);
  await removeTree(base);
  assert.equal(fs.existsSync(base), false);
});

Deno.test("removeTree leaves what is outside while a folder is swapped with a symlink to it", async () => {
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/outside`);
  await Deno.writeTextFile(`${base}/outside/secret`, "secret");
  const script = 'cd "$1" && mkdir -p root && ln -s "$1/outside" link && echo && ' +
    "while :; do mkdir -p d/e; : >d/e/f; mv -T d root/d; mv -T root/d d; mv -T link root/d; mv -T root/d link; done";
  const swapper = new Deno.Command("sh", {
    args: ["-c", script, "sh", base],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = swapper.stdout.getReader();
  await output.read();
  let emptied = 0;
  for (let i = 0; i < 400 || emptied === 0 && i < 20_000; i++) {
    await removeTree(`${base}/root/d`).then(
      () => emptied++,
      (error) => assert(error instanceof KanibakoError),
    );
    if (!fs.existsSync(`${base}/link`)) await Deno.symlink(`${base}/outside`, `${base}/link`).catch(() => {});
  }
  output.releaseLock();
  swapper.kill("SIGKILL");
  await swapper.stdout.cancel();
  await swapper.status;
  assert(emptied > 0);
  assert.equal(await Deno.readTextFile(`${base}/outside/secret`), "secret");
  await removeTree(base);
});

Deno.test("removeTree leaves what a symlink points to, also when the removed name itself is one", async () => {
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/kept`);
  await Deno.writeTextFile(`${base}/kept/file`, "kept");
  await Deno.symlink(`${base}/kept`, `${base}/link`);
  await removeTree(`${base}/link`);
  assert.equal(await Deno.readTextFile(`${base}/kept/file`), "kept");
  assert.throws(() => Deno.lstatSync(`${base}/link`), Deno.errors.NotFound);
  await removeTree(base);
});

Deno.test("removeTree refuses paths that are not below a folder", async () => {
  for (const path of ["/", "relative", "/tmp/..", ""]) {
    await assert.rejects(removeTree(path), refused("bad-path"), path);
  }
});

Deno.test("removeTree does not enter a mount point, even one of the same file system", async () => {
  const base = await Deno.makeTempDir();
  await Deno.mkdir(`${base}/kept`);
  await Deno.writeTextFile(`${base}/kept/file`, "kept");
  await Deno.mkdir(`${base}/tree/in/mount`, { recursive: true });
  // In a mount namespace of its own, so that an ordinary user can do it too.
  const module = new URL("../../../lib/host/tree/remove.ts", import.meta.url).href;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  await Deno.writeTextFile(
    `${base}/try.ts`,
    `import { removeTree } from ${JSON.stringify(module)};
     const code = await removeTree(${JSON.stringify(`${base}/tree`)}).then(() => "", (error) => error.code);
     if (code !== "is-mounted") throw new Error(\`got \${code}\`);`,
  );
  const script = 'mount --bind "$1/kept" "$1/tree/in/mount" && shift && exec "$@"';
  const run = [Deno.execPath(), "run", "-A", "--no-check", `--config=${config}`, `${base}/try.ts`];
  await command("unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", base, ...run);
  assert.equal(await Deno.readTextFile(`${base}/kept/file`), "kept");
  await removeTree(`${base}/tree`);
  await removeTree(base);
});

Deno.test("no handle stays open, whatever happened", () =>
  inTree(async (root, tree, outside) => {
    // Only what is open beneath: other files of tests run beside this one in the same process.
    const open = () =>
      fs.readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(root);
        } catch {
          return false;
        }
      }).length;
    await Deno.symlink(outside, `${root}/l`);
    await Deno.mkdir(`${root}/a/b`, { recursive: true });
    const before = open();
    for (let i = 0; i < 20; i++) {
      tree.readFile("a/b/none", 10);
      assert.throws(() => tree.readFile("l/secret", 10));
      tree.makeFolder("a/b/c/d", { mode: 0o700 });
      await tree.remove("a/b/c");
    }
    assert.equal(open(), before);
    assert.equal(fs.existsSync(`${root}/a/b`), true);
  }));
