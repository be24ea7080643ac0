import assert from "node:assert/strict";
import { pathsText } from "../../lib/app/vault/words.ts";
import { tornText } from "../../lib/commands/box/vault/show.ts";
import { FileLock } from "../../lib/host/store.ts";
import { until } from "../support/program.ts";
import { Sandbox } from "./program.ts";

const cli = new URL("../../cli.ts", import.meta.url).pathname;

/** A project, `work`, with this in its vault. */
async function withVault(files: Readonly<Record<string, string>> = { file: "one" }): Promise<Sandbox> {
  const sandbox = await Sandbox.make();
  assert.equal((await sandbox.run(["create"])).code, 0);
  // So that no process makes checksums afterwards, whatever file system this is.
  assert.equal((await sandbox.run(["box", "config", "vault.strategy=hardlink"])).code, 0);
  for (const [name, text] of Object.entries(files)) await write(sandbox, name, text);
  return sandbox;
}

async function write(sandbox: Sandbox, name: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${sandbox.home}/work/vault/rw/${name}`, text);
}

async function stateOf(sandbox: Sandbox): Promise<string> {
  for await (const { name } of Deno.readDir(`${sandbox.home}/state`)) {
    const boxes = name === "boxes" ? `${sandbox.home}/state/boxes` : `${sandbox.home}/state/${name}/boxes`;
    if (await Deno.stat(`${boxes}/kanibako-work`).then(() => true, () => false)) {
      return `${boxes}/kanibako-work`;
    }
  }
  throw new Error("the box has no state");
}

/** Waits for the process that makes the checksums of what a restore of single paths kept. */
async function sealed(sandbox: Sandbox): Promise<void> {
  const versions = `${sandbox.home}/work/vault/.versions`;
  await until(async () => {
    for await (const { name } of Deno.readDir(versions)) {
      if (!await Deno.stat(`${versions}/${name}/manifest.jsonl`).then(() => true, () => false)) return false;
    }
    using lock = await FileLock.tryAcquire(`${await stateOf(sandbox)}/vault-seal.lock`);
    return lock !== undefined;
  });
}

async function ok(sandbox: Sandbox, ...words: string[]): Promise<{ stdout: string; stderr: string }> {
  const done = await sandbox.run(["box", "vault", ...words]);
  assert.equal(done.code, 0, done.stderr);
  return done;
}

Deno.test("vault list: what a snapshot added is reported as that, and as unknown where blocks are shared", async () => {
  await using sandbox = await withVault({ large: "x".repeat(100_000), small: "1" });
  await ok(sandbox, "snapshot", "--name", "first");
  await write(sandbox, "small", "2");
  await ok(sandbox, "snapshot", "--name", "second");
  assert.match((await ok(sandbox, "list")).stdout, /^NAME +TAKEN +FILES +SIZE +ADDED /);
  const listed = async () => JSON.parse((await ok(sandbox, "list", "--json")).stdout);
  const [first, second] = await listed();
  assert.deepEqual([first.bytes, second.bytes], [100_001, 100_001]);
  for (const one of [first, second]) {
    assert.equal("unique_bytes" in one, false);
    assert.equal(one.added_bytes === null || one.strategy === "hardlink", true);
  }
  if (second.strategy === "hardlink" && second.added_bytes !== null) assert.equal(second.added_bytes, 1);
});

Deno.test("vault snapshot: what is left out is named, and why", async () => {
  await using sandbox = await withVault();
  const live = `${sandbox.home}/work/vault/rw`;
  assert.doesNotMatch((await ok(sandbox, "snapshot")).stderr, /Left out/);
  for (let n = 10; n < 22; n++) await new Deno.Command("mkfifo", { args: [`${live}/p${n}`] }).output();
  const { stderr } = await ok(sandbox, "snapshot");
  assert.match(stderr, /Left out: 12\n {2}p1\d \(a pipe\)\n/);
  assert.equal(stderr.match(/\(a pipe\)/g)?.length, 10);
  assert.match(stderr, /and 2 more/);
  for (const strategy of ["hardlink", "archive"]) {
    const words = ["snapshot", "--json", "--strategy", strategy, "--xz"];
    const { left_out } = JSON.parse((await ok(sandbox, ...words)).stdout);
    assert.deepEqual(
      left_out.sort((a: { path: string }, b: { path: string }) => a.path < b.path ? -1 : 1)[0],
      { part: "content", path: "p10", kind: "fifo" },
      strategy,
    );
    assert.equal(left_out.length, 12);
  }
});

Deno.test("vault restore: the way back from a restore with the home has the home, too", async () => {
  await using sandbox = await withVault();
  await ok(sandbox, "snapshot", "--home", "--name", "then");
  await write(sandbox, "file", "two");
  assert.match(
    (await ok(sandbox, "restore", "then", "--home", "--force")).stderr,
    /restore \S+ --home --project/,
  );
  await write(sandbox, "file", "three");
  assert.match((await ok(sandbox, "restore", "then", "--force")).stderr, /restore \S+ --project/);
});

Deno.test("vault restore: --home with single paths is refused, and nothing is restored", async () => {
  await using sandbox = await withVault();
  await ok(sandbox, "snapshot", "--home", "--name", "then");
  await write(sandbox, "file", "two");
  const refused = await sandbox.run(["box", "vault", "restore", "then", "file", "--home", "--force"]);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /--home and PATH cannot be used together/);
  assert.equal(await Deno.readTextFile(`${sandbox.home}/work/vault/rw/file`), "two");
  await ok(sandbox, "restore", "then", "file", "--force");
  assert.equal(await Deno.readTextFile(`${sandbox.home}/work/vault/rw/file`), "one");
  await sealed(sandbox);
});

Deno.test("vault restore: a box that runs in the engine it was started with is seen, whatever engine is chosen now", async () => {
  await using sandbox = await withVault();
  await ok(sandbox, "snapshot", "--name", "then");
  await write(sandbox, "file", "two");
  const container = {
    ID: "c0ffee",
    Names: "kanibako-work",
    Image: "image",
    State: "running",
    Status: "Up 1 second",
    CreatedAt: "2026-01-31 12:00:00 +0000 UTC",
    Labels: { "kanibako.box": "kanibako-work", "kanibako.role": "box" },
  };
  await Deno.writeTextFile(`${sandbox.home}/docker.ps`, JSON.stringify(container));
  await Deno.writeTextFile(
    `${sandbox.home}/bin/docker`,
    `#!/bin/sh\ncase "$*" in *"ps --all"*) cat "$HOME/docker.ps" ;; *) echo 'Docker version 24.0.0' ;; esac\n`,
  );
  await Deno.chmod(`${sandbox.home}/bin/docker`, 0o755);
  // A box was started with it before.
  const used = { runtime: "docker", place: { binary: `${sandbox.home}/bin/docker` } };
  const runtimes = `${sandbox.home}/state/kanibako/runtimes`;
  await Deno.mkdir(runtimes, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${runtimes}/docker.json`, JSON.stringify(used));
  const refused = await sandbox.run(["box", "vault", "restore", "then", "--force"]);
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(refused.stderr, /is running/);
  assert.equal(await Deno.readTextFile(`${sandbox.home}/work/vault/rw/file`), "two");
  await Deno.writeTextFile(`${sandbox.home}/docker.ps`, "");
  await ok(sandbox, "restore", "then", "--force");
  assert.equal(await Deno.readTextFile(`${sandbox.home}/work/vault/rw/file`), "one");
});

Deno.test("vault prune: while it asks, others may use the vault; what they do then is respected", async () => {
  await using sandbox = await withVault();
  for (const text of ["1", "2", "3"]) {
    await write(sandbox, "file", text);
    await ok(sandbox, "snapshot");
  }
  const names = async () => (await ok(sandbox, "list", "-q")).stdout.trim().split("\n");
  const [first, second, third] = await names();
  const asking = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", cli, "box", "vault", "prune", "--keep", "1"],
    cwd: `${sandbox.home}/work`,
    clearEnv: true,
    env: { ...sandbox.env },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const decoder = new TextDecoder();
  let said = "";
  const errors = asking.stderr.getReader();
  while (!said.includes("[y/N]")) {
    const { value, done } = await errors.read();
    assert.ok(!done, said);
    said += decoder.decode(value);
  }
  assert.match(said, new RegExp(`${first}\n *${second}\n2 of 3`));
  {
    using lock = await FileLock.tryAcquire(`${await stateOf(sandbox)}/vault.lock`);
    assert.ok(lock, "nobody holds the vault");
  }
  await write(sandbox, "file", "4");
  await ok(sandbox, "snapshot", "--name", "fourth");
  const answer = asking.stdin.getWriter();
  await answer.write(new TextEncoder().encode("y\n"));
  await answer.close();
  while (!(await errors.read()).done) { /* what it says then is no matter */ }
  assert.equal((await asking.status).code, 0);
  assert.deepEqual(await names(), [third, "fourth"], "what was not agreed to stays");
});

Deno.test("vault diff: of a snapshot of single paths it says that these are all it compared", async () => {
  await using sandbox = await withVault({ file: "one", other: "one" });
  await ok(sandbox, "snapshot", "--name", "then");
  await write(sandbox, "file", "two");
  const { before } = JSON.parse((await ok(sandbox, "restore", "then", "file", "--force", "--json")).stdout);
  const { stdout } = await ok(sandbox, "diff", before);
  assert.match(stdout, /^~ file .*\n0 added, 1 changed, 0 removed: \S+ to live, only file\.\n$/);
  const json = JSON.parse((await ok(sandbox, "diff", before, "--json")).stdout);
  assert.deepEqual([json.paths, json.differences.length, json.differences[0].part], [["file"], 1, "content"]);
  assert.match((await ok(sandbox, "diff", "then")).stdout, /^No difference: then to live\.\n$/);
  await sealed(sandbox);
});

Deno.test("vault export: a name that says nothing known is refused with those that do", async () => {
  await using sandbox = await withVault();
  await ok(sandbox, "snapshot", "--name", "then");
  const refused = await sandbox.run(["box", "vault", "export", "then", "then.tar.gz"]);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /how to compress it[^]*\.tar\.zst, \.tar\.xz or \.tar/);
  await ok(sandbox, "export", "then", "then.tar");
  assert.equal(
    (await ok(sandbox, "import", "then.tar", "--name", "back", "--any-size", "-q")).stdout,
    "back\n",
  );
});

Deno.test("vault export: a file that is there is refused with the way to replace it, and replaced with that", async () => {
  await using sandbox = await withVault();
  await ok(sandbox, "snapshot", "--name", "then");
  const path = `${sandbox.home}/work/then.tar`;
  await Deno.writeTextFile(path, "mine");
  const refused = await sandbox.run(["box", "vault", "export", "then", "then.tar"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /the file exists[^]*--force/);
  assert.doesNotMatch(refused.stderr, /Exporting/);
  assert.equal(await Deno.readTextFile(path), "mine");
  const done = await ok(sandbox, "export", "then", "then.tar", "--force");
  assert.match(done.stderr, /Exporting then/);
  assert.notEqual(await Deno.readTextFile(path), "mine");
  const ending = await sandbox.run(["box", "vault", "export", "then", "then.zip"]);
  assert.equal(ending.code, 2);
  assert.doesNotMatch(ending.stderr, /Exporting/);
});

Deno.test("vault import: the way to bring it back works from any folder", async () => {
  await using sandbox = await withVault();
  assert.match((await ok(sandbox, "snapshot", "--name", "then")).stdout, /then \(1 file, 3 B, hardlink\)/);
  await ok(sandbox, "export", "then", "then.tar");
  const archive = `${sandbox.home}/work/then.tar`;
  const words = ["box", "vault", "import", archive, "--name", "back", "--project", "work"];
  const { code, stdout, stderr } = await sandbox.run(words, { cwd: sandbox.home });
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "Imported back (1 file).\n");
  const [, reported] = stderr.match(/To restore it: kanibako (.*)\n/)!;
  await write(sandbox, "file", "two");
  const done = await sandbox.run([...reported!.split(" "), "--force"], { cwd: sandbox.home });
  assert.equal(done.code, 0, done.stderr);
  assert.equal(await Deno.readTextFile(`${sandbox.home}/work/vault/rw/file`), "one");
});

Deno.test("vault restore: the paths are named, before and after, and so are those of a snapshot of single paths", async () => {
  await using sandbox = await withVault({ file: "one", other: "one", "a b": "one" });
  await ok(sandbox, "snapshot", "--name", "then");
  await write(sandbox, "file", "two");
  const one = await ok(sandbox, "restore", "then", "file", "a b", "--force");
  assert.equal(one.stdout, "Restored file, 'a b' from then.\n");
  const [, kept] = one.stderr.match(/To undo it: kanibako box vault restore (\S+)/)!;
  const asked = await sandbox.run(["box", "vault", "restore", kept!], { input: "n\n" });
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /This takes file, 'a b' of work back to/);
  const undone = JSON.parse((await ok(sandbox, "restore", kept!, "--force", "--json")).stdout);
  assert.deepEqual(undone.paths, ["file", "a b"]);
  assert.equal(await Deno.readTextFile(`${sandbox.home}/work/vault/rw/file`), "two");
  assert.equal((await ok(sandbox, "restore", "then", "--force")).stdout, "Restored then.\n");
  await sealed(sandbox);
});

Deno.test("vault list: a snapshot that lacks what nobody could read says so, and no other does", async () => {
  await using sandbox = await withVault();
  await ok(sandbox, "snapshot", "--name", "then", "--note", "a note");
  await ok(sandbox, "snapshot", "--name", "whole");
  const file = `${sandbox.home}/work/vault/.versions/then/snapshot.json`;
  const record = JSON.parse(await Deno.readTextFile(file));
  await Deno.writeTextFile(file, JSON.stringify({ ...record, unreadable: 2 }));
  const { stdout } = await ok(sandbox, "list");
  assert.match(stdout, /^then .* a note; without 2 unreadable$/m);
  assert.doesNotMatch(stdout, /^whole .*without/m);
});

Deno.test("vault snapshot: files that were changed meanwhile are reported as that, one as one", () => {
  assert.match(tornText(1), /^1 file was changed while it was read: /);
  assert.match(tornText(3), /^3 files were changed while they were read: /);
});

Deno.test("vault restore: of many paths the first ten are named, and how many more there are", () => {
  const paths = Array.from({ length: 12 }, (_, n) => `p${n}`);
  assert.equal(pathsText(paths.slice(0, 10)), "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9");
  assert.equal(pathsText(paths), "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 2 more");
});
