// Files and folders between this machine and a box.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

Deno.test("box cp copies in and out of a running and a stopped box, and through pipes, and follows no link of the box's out", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const elsewhere = `${user.home}/elsewhere`;
  await Deno.mkdir(`${elsewhere}/tree/sub`, { recursive: true });
  await Deno.writeTextFile(`${elsewhere}/tree/sub/tool`, "#!/bin/sh\n", { mode: 0o755 });
  await Deno.chmod(`${elsewhere}/tree/sub/tool`, 0o755);
  await Deno.symlink("sub/tool", `${elsewhere}/tree/link`);
  await Deno.writeTextFile(`${elsewhere}/secret`, "secret");
  const cp = (source: string, target: string, ...flags: string[]) =>
    user.run(["box", "cp", source, target, ...flags], { cwd });
  const none = await cp(":x", elsewhere);
  assert.match(none.stderr, /There is no box for/);
  await user.ok(["create"], { cwd });
  const name = (await user.ok(["list", "-q"])).trim();

  // A stopped one is opened for as long as it takes.
  const inward = await cp(`${elsewhere}/tree`, ":~/");
  assert.deepEqual([inward.code, inward.stdout], [0, ""], inward.stderr);
  assert.equal((await cp(":~/tree/sub/tool", "-")).stdout, "#!/bin/sh\n");
  assert.equal(await user.ok(["ps", "-q"]), "");

  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const shell = async (script: string) =>
    (await user.ok(["shell", "--", "sh", "-c", script], { cwd })).trim();
  assert.equal(await shell("cd ~/tree && stat -c %a sub/tool && readlink link"), "755\nsub/tool");
  const again = await cp(`${elsewhere}/tree`, ":~/");
  assert.deepEqual([again.code, /already.*\n.*--force/.test(again.stderr)], [1, true], again.stderr);
  await Deno.remove(`${elsewhere}/tree/link`);
  assert.equal((await cp(`${elsewhere}/tree`, ":~", "--force")).code, 0);
  assert.equal(await shell("ls ~/tree"), "sub");

  const bytes = "a\nb\0c".repeat(50_000);
  const piped = await user.run(["box", "cp", "-", `${name}:in.bin`], { cwd: user.home, input: bytes });
  assert.equal(piped.code, 0, piped.stderr);
  assert.equal(await Deno.readTextFile(`${cwd}/in.bin`), bytes);
  assert.equal((await cp(":in.bin", "-")).stdout, bytes);

  await shell(
    "mkdir -p ~/out/d && echo hi >~/out/d/f && chmod 755 ~/out/d/f; ln -s /etc/passwd ~/out/bad; ln -s d/f ~/out/good; mkfifo ~/out/pipe",
  );
  const out = await cp(`${name}:~/out`, elsewhere);
  assert.equal(out.code, 0, out.stderr);
  assert.match(out.stderr, /1 link that would lead out.*: bad\n.*1 FIFO, socket or device: pipe/s);
  assert.deepEqual([...Deno.readDirSync(`${elsewhere}/out`)].map(({ name }) => name).sort(), ["d", "good"]);
  assert.equal(Deno.statSync(`${elsewhere}/out/d/f`).mode! & 0o7777, 0o755);
  assert.equal((await cp(":~/out", elsewhere)).code, 1);
  assert.equal((await cp(":~/out", elsewhere, "-f")).code, 0);

  // What lies in a workspace may be the box's doing: no link of it leads a copy elsewhere, in neither direction.
  await shell(`ln -s ${elsewhere} way; ln -s ${elsewhere}/secret stolen; ln -s ${elsewhere}/tree folder`);
  for (
    const [source, target] of [[":~/out/d/f", "./way/f"], [":~/out/d/f", "./stolen"], ["./stolen", ":~/x"], [
      "./folder",
      ":~/x",
    ], ["./way/secret", ":~/x"]]
  ) {
    const refused = await cp(source!, target!);
    assert.deepEqual(
      [refused.code, /a link that a box could have made\n.*name what it leads to/.test(refused.stderr)],
      [1, true],
      refused.stderr,
    );
  }
  assert.equal(await Deno.readTextFile(`${elsewhere}/secret`), "secret");
  await assert.rejects(Deno.lstat(`${elsewhere}/f`), Deno.errors.NotFound);
  assert.equal((await cp(":~/out/d/f", "./plain")).code, 0);
  assert.equal(await Deno.readTextFile(`${cwd}/plain`), "hi\n");

  // A folder that gets a copy of itself would never be whole.
  await Deno.mkdir(`${cwd}/zz/inner`, { recursive: true });
  // More than is on the way at once: a small folder is read before anything is made.
  await Deno.writeFile(`${cwd}/large`, new Uint8Array(30_000_000).fill(1));
  for (const [source, target] of [[":.", "./zz/copy"], [".", ":zz/copy"], [":zz", "./zz/inner"]]) {
    const itself = await cp(source!, target!);
    assert.deepEqual(
      [itself.code, /Cannot copy \S+ into itself/.test(itself.stderr)],
      [1, true],
      `${target}: ${itself.stderr}`,
    );
  }
  await Deno.remove(`${cwd}/large`);
  assert.deepEqual([...Deno.readDirSync(`${cwd}/zz`)].map(({ name }) => name), ["inner"]);
  assert.deepEqual([...Deno.readDirSync(`${cwd}/zz/inner`)], []);

  const missing = await cp(":nothing", elsewhere);
  assert.match(missing.stderr, /Cannot read nothing in the box: there is no such file or folder/);
  // A misspelled folder is not made, on neither side.
  for (const [source, target] of [["./plain", ":nodir/x"], [":plain", "nodir/x"], ["./plain", ":nodir/"]]) {
    assert.equal((await cp(source!, target!)).code, 1, target);
  }
  await assert.rejects(Deno.lstat(`${cwd}/nodir`), Deno.errors.NotFound);
  const folder = await cp(":~/out", "-");
  assert.deepEqual([folder.code, /is a folder/.test(folder.stderr)], [2, true], folder.stderr);
  assert.equal((await cp(elsewhere, "nowhere")).code, 2);
  await user.ok(["stop"], { cwd });
});
