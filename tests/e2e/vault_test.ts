// The vault, as a user lives with it.

import assert from "node:assert/strict";
import { FileLock } from "../../lib/host/store.ts";
import { program, until, User } from "../support/program.ts";

Deno.test("every launch that finds a changed vault leaves a snapshot, and no other does", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const names = async () =>
    (await user.ok(["box", "vault", "list", "-q"], { cwd })).split("\n").filter((name) => name);
  await user.ok(["shell", "--", "sh", "-c", "echo one > ~/share-rw/file"], { cwd });
  assert.deepEqual(await names(), [], "there was nothing before the first launch");
  const second = await user.run(["shell", "--", "true"], { cwd });
  assert.match(second.stderr, /Vault snapshot: \d{8}T\d{6}Z/);
  assert.equal((await names()).length, 1);
  const third = await user.run(["shell", "--", "sh", "-c", "echo TWO > ~/share-rw/file"], { cwd });
  assert.doesNotMatch(third.stderr, /Vault snapshot/);
  assert.equal((await names()).length, 1);
  await user.ok(["shell", "--", "true"], { cwd });
  const [first, last] = await names();
  assert.match(
    await user.ok(["box", "vault", "diff", first!, last!, "--file", "file"], { cwd }),
    /-one\n\+TWO/,
  );
  // Its checksums are made by a process of its own.
  const manifest = `${cwd}/vault/.versions/${last}/manifest.jsonl`;
  await until(() => Deno.stat(manifest).then(() => true, () => false));
  await user.ok(["box", "vault", "restore", first!, "--force"], { cwd });
  assert.equal(await user.ok(["shell", "--", "cat", "/home/agent/share-rw/file"], { cwd }), "one\n");
  await user.configure('box.network = "none"', 'vault.auto = "off"');
  await user.ok(["shell", "--", "sh", "-c", "echo three > ~/share-rw/file"], { cwd });
  const before = await names();
  await user.ok(["shell", "--", "true"], { cwd });
  assert.deepEqual(await names(), before);
});

Deno.test("the commands of the vault work together: note, list, prune, export, import, and asking first", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["create"], { cwd });
  assert.match(await user.ok(["vault"], { cwd }), /No snapshots found/);
  assert.match((await user.run(["box", "vault", "snapshot"], { cwd })).stderr, /nothing in the vault/);
  await Deno.writeTextFile(`${cwd}/vault/rw/file`, "one");
  await user.ok(["box", "vault", "snapshot", "--name", "mine", "--note", "a \u001b[2J note"], { cwd });
  for (let n = 0; n < 3; n++) await user.ok(["vault", "snapshot"], { cwd });
  const list = await user.ok(["box", "vault", "list"], { cwd });
  assert.match(list, /mine +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +1 +3 B .* a \\x1b\[2J note/);
  const json = JSON.parse(await user.ok(["box", "vault", "ls", "--json"], { cwd }));
  assert.deepEqual([json.length, json[0].name, json[0].files, json[0].bytes, json[0].auto], [
    4,
    "mine",
    1,
    3,
    false,
  ]);

  const asked = await user.run(["box", "vault", "prune", "--keep", "1"], { cwd, input: "n\n" });
  assert.equal(asked.code, 2);
  assert.equal((await user.run(["box", "vault", "restore", "mine"], { cwd, input: "" })).code, 2);
  assert.match(await user.ok(["box", "vault", "prune", "--keep", "1", "--dry-run"], { cwd }), /\d{8}T/);
  assert.match(
    await user.ok(["box", "vault", "prune", "--keep", "0", "--force"], { cwd }),
    /Removed 3 snapshots, kept 1/,
  );
  assert.equal(await user.ok(["box", "vault", "list", "-q"], { cwd }), "mine\n");
  assert.match(await user.ok(["box", "vault", "prune", "--keep", "1"], { cwd }), /Nothing to prune/);

  const exported = await user.run(["box", "vault", "export", "mine", "mine.tar.xz"], { cwd });
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(exported.stderr, /Check it before you share it/);
  assert.notEqual((await user.run(["box", "vault", "export", "mine", "mine.tar.xz"], { cwd })).code, 0);
  await Deno.writeTextFile(`${cwd}/vault/rw/file`, "two");
  assert.equal(
    await user.ok(["box", "vault", "import", "mine.tar.xz", "--name", "back", "-q"], { cwd }),
    "back\n",
  );
  await user.ok(["box", "vault", "restore", "back", "file", "--force"], { cwd });
  assert.equal(await Deno.readTextFile(`${cwd}/vault/rw/file`), "one");
  assert.match(await user.ok(["box", "vault", "verify"], { cwd }), /\[ok\] back: whole/);
  for (const name of ["../x", ".x", "a/b", "x\ny"]) {
    const bad = await user.run(["box", "vault", "snapshot", `--name=${name}`], { cwd });
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /as the name of a snapshot/);
  }
});

Deno.test("snapshots that a clone brought along are shown as such, asked about, and left alone until they are named", async () => {
  await using stranger = await User.make();
  const theirs = await stranger.folder();
  await stranger.ok(["create", "--standalone"], { cwd: theirs });
  await Deno.writeTextFile(`${theirs}/vault/rw/file`, "theirs");
  await stranger.ok(["box", "vault", "snapshot", "--name", "theirs", "--note", "a note"], { cwd: theirs });
  await using user = await User.make();
  const cwd = await user.folder();
  await Deno.mkdir(`${cwd}/vault`);
  await Deno.rename(`${theirs}/vault/.versions`, `${cwd}/vault/.versions`);
  await Deno.remove(`${cwd}/vault/.versions/theirs/manifest.jsonl`).catch(() => {});
  await user.ok(["create", "--standalone"], { cwd });
  await Deno.writeTextFile(`${cwd}/vault/rw/file`, "ours");
  assert.match((await user.run(["box", "vault", "diff"], { cwd })).stderr, /no snapshot .* yet[^]*theirs/);
  await user.ok(["box", "vault", "snapshot", "--name", "ours"], { cwd });
  const list = await user.ok(["box", "vault", "list"], { cwd });
  assert.match(list, /^theirs .* brought along: a note$/m);
  assert.doesNotMatch(list, /^ours .*brought along/m);
  const json = JSON.parse(await user.ok(["box", "vault", "list", "--json"], { cwd }));
  assert.deepEqual(json.map((one: Record<string, unknown>) => [one.name, one.brought_along]), [
    ["theirs", true],
    ["ours", false],
  ]);
  const verified = await user.ok(["box", "vault", "verify"], { cwd });
  assert.match(verified, /theirs: cannot be checked: it was brought along/);
  assert.match(verified, /\[ok\] ours/);
  const asked = await user.run(["box", "vault", "restore", "theirs"], { cwd, input: "n\n" });
  assert.equal(asked.code, 2);
  for (const args of [[], ["--force"]]) {
    const done = await user.run(["box", "vault", "restore", "theirs", ...args], { cwd, input: "y\n" });
    assert.match(done.stderr, /theirs was apparently not taken on this machine/);
  }
  assert.equal(await Deno.readTextFile(`${cwd}/vault/rw/file`), "theirs");
  await user.ok(["box", "vault", "prune", "--keep", "0", "--force"], { cwd });
  assert.match(await user.ok(["box", "vault", "list", "-q"], { cwd }), /^theirs$/m);
  await user.ok(["box", "vault", "prune", "--keep", "0", "--force", "--all"], { cwd });
  assert.equal(await user.ok(["box", "vault", "list", "-q"], { cwd }), "");
});

Deno.test("a launch that must wait for another call says so, and one that meets a reader does not wait", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["create"], { cwd });
  await Deno.writeTextFile(`${cwd}/vault/rw/file`, "one");
  await user.ok(["box", "vault", "snapshot", "--name", "one"], { cwd });
  const lock = await vaultLock(user.home);
  // What reads holds this one, together with others: no launch ends before it lets go, if it waits for it.
  const reader = await FileLock.acquire(lock.replace("vault.lock", "vault-read.lock"), { shared: true });
  const free = await user.ok(["shell", "--", "cat", "/home/agent/share-rw/file"], { cwd });
  assert.equal(free, "one");
  reader[Symbol.dispose]();
  const held = await FileLock.acquire(lock);
  const words = [...program, "shell", "--", "true"];
  const launch = user.spawn(["sh", "-c", 'exec "$@" 2> errors', "sh", ...words], { cwd });
  const waits = /Waiting for another kanibako process that uses this vault/;
  await until(() => Deno.readTextFile(`${cwd}/errors`).then((text) => waits.test(text), () => false));
  held[Symbol.dispose]();
  assert.equal((await launch.ended).code, 0);
});

/** The lock of the only vault of a home. */
async function vaultLock(home: string): Promise<string> {
  const { stdout } = await new Deno.Command("find", { args: [home, "-name", "vault.lock"] }).output();
  const [path, ...others] = new TextDecoder().decode(stdout).trim().split("\n");
  assert.ok(path && others.length === 0);
  return path;
}
