// Archives, with real boxes at both ends.

import assert from "node:assert/strict";
import { rootless, User } from "../support/program.ts";

/** Runs a shell script in the box of a folder; its standard output. */
function inBox(user: User, cwd: string, script: string): Promise<string> {
  return user.ok(["shell", "--", "sh", "-c", script], { cwd });
}

Deno.test("a box archived by one user starts for another, elsewhere, with all that was in it", async () => {
  await using from = await User.make();
  await using to = await User.make();
  const cwd = await from.folder();
  const name = cwd.slice(cwd.lastIndexOf("/") + 1);
  await inBox(
    from,
    cwd,
    `echo home >~/marker; mkdir -p ~/bin; printf '#!/bin/sh\\necho ran' >~/bin/tool; chmod 755 ~/bin/tool
     ln ~/marker ~/same; ln -s marker ~/link; echo work >~/workspace/file; echo vault >~/share-rw/marker; mkfifo ~/fifo`,
  );
  const file = `${from.home}/box.tar.zst`;
  const { stdout, stderr } = await from.run([
    "box",
    "archive",
    name,
    file,
    "--with-workspace",
    "--with-vault",
  ]);
  assert.match(stdout, new RegExp(`Archived ${name} to ${file}`), stderr);
  assert.match(stderr, /home\/fifo \(fifo\)/);
  // The archive is its owner's alone, so it is handed over.
  const copy = `${to.home}/received.tar.zst`;
  await Deno.copyFile(file, copy);
  const target = `${to.home}/elsewhere/new`;
  assert.match(await to.ok(["box", "extract", copy, target]), new RegExp(`Extracted ${name} to ${target}`));
  const shown = await inBox(
    to,
    target,
    `cat ~/marker ~/link ~/workspace/file ~/share-rw/marker; ~/bin/tool; [ ~/marker -ef ~/same ] && echo same; id -u >~/mine`,
  );
  assert.equal(shown, "home\nhome\nwork\nvault\nran\nsame\n");
  assert.equal(await inBox(from, cwd, "cat ~/marker; ls ~/mine 2>/dev/null || echo none"), "home\nnone\n");
  assert.match(await to.ok(["list"]), new RegExp(`${name}\\s+stopped\\s+${target}`));
});

Deno.test("a box comes back as it was archived, and its session with it", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await inBox(user, cwd, "echo first >~/marker");
  await user.ok(["box", "archive", ".", "saved.txz"], { cwd });
  await inBox(user, cwd, "echo second >~/marker; echo more >~/more");
  const declined = await user.run(["box", "extract", "saved.txz"], { cwd, input: "no\n" });
  assert.deepEqual([declined.code, await inBox(user, cwd, "cat ~/marker")], [2, "second\n"]);
  await user.ok(["box", "extract", "saved.txz"], { cwd, input: "yes\n" });
  assert.equal(await inBox(user, cwd, "cat ~/marker; ls ~/more 2>/dev/null || echo none"), "first\nnone\n");
  await inBox(user, cwd, "echo third >~/marker");
  await user.ok(["box", "restore", ".", "saved.txz", "--force"], { cwd });
  assert.equal(await inBox(user, cwd, "cat ~/marker"), "first\n");
});

Deno.test("a box that runs is neither archived nor replaced", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await inBox(user, cwd, "echo first >~/marker");
  await user.ok(["box", "archive", ".", "saved.tar.zst"], { cwd });
  await user.ok(["shell", "--persistent", "--", "sh", "-c", "read forever"], { cwd });
  const archived = await user.run(["box", "archive", ".", "other.tar.zst"], { cwd });
  assert.deepEqual([archived.code, /is running/.test(archived.stderr)], [1, true]);
  const extracted = await user.run(["box", "extract", "saved.tar.zst", "--force"], { cwd });
  assert.deepEqual([extracted.code, /is running/.test(extracted.stderr)], [1, true]);
  await user.ok(["stop"], { cwd });
  await user.ok(["box", "archive", ".", "other.tar.zst"], { cwd });
});

Deno.test("all boxes are archived and brought back at once, whatever their mode", async () => {
  await using user = await User.make();
  const plain = await user.folder();
  const alone = await user.folder();
  await inBox(user, plain, "echo plain >~/marker");
  await user.ok(["create", "--standalone"], { cwd: alone });
  await inBox(user, alone, "echo alone >~/marker");
  const backup = `${user.home}/backup`;
  await Deno.mkdir(backup);
  assert.match(await user.ok(["box", "archive", "--all", backup, "--zstd"]), /Archived 2 of 2 projects/);
  for (const cwd of [plain, alone]) await inBox(user, cwd, "echo later >~/marker");
  await user.ok(["box", "extract", "--all"], { cwd: backup, input: "yes\n" });
  assert.equal(await inBox(user, plain, "cat ~/marker"), "plain\n");
  assert.equal(await inBox(user, alone, "cat ~/marker"), "alone\n");
});

Deno.test("files of the box's own root are in the way of an archive, or in it", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const script = `sudo -n sh -c "umask 077; echo root >$HOME/of-root"`;
  const made = await user.run(["shell", "--", "sh", "-c", script], { cwd });
  const { code, stderr } = await user.run(["box", "archive", ".", "a.tar.zst"], { cwd });
  // Without root on the host, only the box's root may read them: that is said, and nothing half is left.
  if (rootless && made.code === 0) {
    assert.equal(code, 1);
    assert.match(stderr, /of-root/);
    assert.equal(await Deno.stat(`${cwd}/a.tar.zst`).then(() => true, () => false), false);
  } else assert.equal(code, 0, stderr);
});
