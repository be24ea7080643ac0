import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { installAgent } from "../support/agent.ts";

Deno.test("C39: a running box is used only for the folder that it has, and a command runs nowhere else", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const shared = `${user.home}/shared`;
  await Deno.mkdir(shared);
  await user.ok(["create"], { cwd });
  await user.ok(["box", "config", `box.path.share_rw.x=${shared}:~/x`], { cwd });
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  assert.equal(await user.ok(["shell", "--", "pwd"], { cwd }), "/home/agent/workspace\n");
  const refuses = async (words: readonly string[]) => {
    const { code, stderr } = await user.run(words, { cwd });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /is running on a folder that is no longer here: .*\n.*kanibako stop p1-/);
  };
  await Deno.rename(shared, `${shared}.old`);
  await Deno.mkdir(shared);
  await refuses(["shell", "--", "touch", "/home/agent/x/new"]);
  // Whoever goes back to the session has to end it somehow.
  const back = await user.run(["shell", "--persistent"], { cwd });
  assert.match(back.stderr, /still has the earlier folder .*shared/);
  assert.equal(back.code, 0, back.stderr);
  await Deno.remove(shared);
  await Deno.rename(`${shared}.old`, shared);
  assert.equal((await user.run(["shell", "--", "touch", "seen"], { cwd })).code, 0);
  await Deno.rename(cwd, `${cwd}.old`);
  await Deno.mkdir(cwd);
  for (
    const words of [
      ["shell", "--", "touch", "new"],
      ["shell", "--persistent"],
      ["shell"],
      ["box", "cp", "/etc/hostname", ":new"],
      ["box", "cp", ":.", `${user.home}/copied`],
    ]
  ) {
    await refuses(words);
  }
  assert.deepEqual([...Deno.readDirSync(cwd)], []);
  assert.throws(() => Deno.lstatSync(`${cwd}.old/new`), Deno.errors.NotFound);
  // The folder that the box has is no second project meanwhile.
  const second = await user.run(["shell", "--", "touch", "new"], { cwd: `${cwd}.old` });
  assert.equal(second.code, 1, second.stderr);
  assert.match(second.stderr, /the box p1-\w+ is running and would see everything .*\n.*kanibako stop p1-/);
  // It can be stopped where it has no folder at all.
  await Deno.remove(cwd);
  const name = cwd.slice(cwd.lastIndexOf("/") + 1);
  const missing = await user.run(["shell", name, "--", "ls"]);
  assert.match(missing.stderr, /The folder of project p1-\w+ is gone/);
  await user.ok(["stop", name]);
  assert.match((await user.run(["stop", name])).stderr, /The folder of project p1-\w+ is gone/);
  await Deno.mkdir(cwd);
  assert.equal(await user.ok(["shell", "--", "ls"], { cwd }), "vault\n");
});

Deno.test("C06, C22: paths are true on both sides, and what is started in a folder of the project begins there", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const sub = `${cwd}/a b`;
  await Deno.mkdir(sub);
  await Deno.mkdir(`${cwd}/bin`);
  await Deno.symlink("/bin/sh", `${cwd}/bin/sh`);
  await Deno.writeTextFile(`${cwd}/bin/tool`, `#!${cwd}/bin/sh\necho "$0"\n`, { mode: 0o755 });
  // The very first start, too.
  await user.ok(["create"], { cwd });
  assert.equal(await user.ok(["shell", "--", "pwd"], { cwd: sub }), "/home/agent/workspace/a b\n");
  assert.equal((await user.run(["shell", "--", `${cwd}/bin/tool`], { cwd })).code, 127);
  await user.ok(["box", "config", "workspace_path=host"], { cwd });
  assert.equal(await user.ok(["shell", "--", "../bin/tool"], { cwd: sub }), "../bin/tool\n");
  await user.ok(["shell", "--persistent", "--", "sh", "-c", "pwd >began; sleep 600"], { cwd: sub });
  assert.equal(await user.ok(["shell", "--", "pwd"], { cwd: sub }), `${sub}\n`);
  assert.equal(await user.ok(["shell", "--", "cat", "a b/began"], { cwd }), `${sub}\n`);
  const leads = "cd ~/workspace && pwd -P && cd / && touch ~/workspace/made && ls -A ~/workspace/vault";
  assert.equal(await user.ok(["shell", "--", "sh", "-c", leads], { cwd }), `${cwd}\n`);
  assert.ok(Deno.lstatSync(`${cwd}/made`).isFile);
  await user.ok(["stop"], { cwd });
  // Back again: the link of the earlier run is in nobody's way.
  await user.ok(["box", "config", "workspace_path=home"], { cwd });
  assert.equal(await user.ok(["shell", "--", "pwd", "-P"], { cwd }), "/home/agent/workspace\n");
});

Deno.test("C22: an agent begins in the folder in which its user stands, and goes on with the conversation of that folder", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const sub = `${cwd}/sub`;
  await Deno.mkdir(sub);
  const env = await installAgent(
    user.home,
    `console.log(process.cwd(), words.includes("--continue") ? "goes on" : "begins");`,
  );
  await user.ok(["create"], { cwd });
  const start = (folder: string) => user.ok(["start", "--ephemeral"], { cwd: folder, env });
  assert.equal(await start(sub), "/home/agent/workspace/sub begins\n");
  assert.equal(await start(sub), "/home/agent/workspace/sub goes on\n");
  assert.equal(await start(cwd), "/home/agent/workspace begins\n");
});

Deno.test("C29: with the runtime folder of another user a box is started, found and stopped as without one", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const foreign = `${user.home}/foreign`;
  await Deno.mkdir(foreign, { mode: 0o700 });
  if (Deno.uid() === 0) await Deno.chown(foreign, 65534, 65534);
  const env = { XDG_RUNTIME_DIR: Deno.uid() === 0 ? foreign : "/root" };
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd, env });
  assert.equal(await user.ok(["shell", "--", "echo", "in"], { cwd, env }), "in\n");
  assert.match(await user.ok(["list"], { cwd, env }), /active/);
  await user.ok(["stop"], { cwd, env });
  assert.equal(await user.ok(["shell", "--", "echo", "again"], { cwd, env }), "again\n");
});
