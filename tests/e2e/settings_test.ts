// What settings bring into a real box: shares, caches, seeds, and the projects that bring settings of their own.

import assert from "node:assert/strict";
import { installAgent } from "../support/agent.ts";
import { User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

async function write(path: string, text: string): Promise<string> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
  return path;
}

function sh(user: User, cwd: string, script: string): Promise<string> {
  return user.ok(["shell", "--", "sh", "-c", script], { cwd });
}

const NONE = 'box.network = "none"';

Deno.test("shares of the system and of the box: read-only and writable, with odd names, each where it was asked for", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await write(`${user.home}/docs/a`, "read me\n");
  await Deno.mkdir(`${user.home}/we:ird, "dir"`);
  await user.configure(
    NONE,
    '[system.path.share_ro]\ndocs = "~/docs:~/docs"\nfile = "~/docs/a:/notes/a"\n',
    `[box.path.share_rw]\nodd = '~/we\\:ird, "dir":/odd place'\n`,
  );
  const out = await sh(
    user,
    cwd,
    'cat ~/docs/a /notes/a && ! touch ~/docs/b 2>/dev/null && echo x >"/odd place/x"',
  );
  assert.equal(out, "read me\nread me\n");
  assert.equal(await Deno.readTextFile(`${user.home}/we:ird, "dir"/x`), "x\n");
});

Deno.test("a writable share is made for the box's user, used by two boxes at once, and taken away by an empty text", async () => {
  await using user = await User.make();
  await user.configure(NONE, '[system.path.share_rw]\nbuild = "build:~/build"\n');
  const [one, two] = [await user.folder(), await user.folder()];
  // As root, a project of somebody else's: its box runs as that user, who must own the folder.
  if (Deno.uid() === 0) await Deno.chown(one, 1234, 1234);
  await sh(user, one, "echo one >~/build/one");
  if (Deno.uid() === 0) await Deno.chown(two, 1234, 1234);
  const [first, second] = await Promise.all([
    sh(user, one, "cat ~/build/one; echo 1 >~/build/1"),
    sh(user, two, "cat ~/build/one; echo 2 >~/build/2"),
  ]);
  assert.deepEqual([first, second], ["one\n", "one\n"]);
  const folder = `${user.data}/share_rw/build`;
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["1", "2", "one"]);
  const { uid } = await Deno.stat(folder);
  assert.equal(uid, Deno.uid() === 0 ? 1234 : Deno.uid());
  const name = two.slice(two.lastIndexOf("/") + 1);
  const file = `${user.data}/boxes/${name}/project.toml`;
  await Deno.writeTextFile(file, '[system.path.share_rw]\nbuild = ""\n', { append: true });
  assert.equal(await sh(user, two, "ls -A ~/build"), "");
  assert.equal(await sh(user, one, "cat ~/build/one"), "one\n");
});

Deno.test("a share in the workspace gets its place made as the user, and what is not there is said and left out", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await write(`${user.home}/modules/m`, "m\n");
  await user.configure(
    NONE,
    '[box.path.share_ro]\nmodules = "~/modules:~/workspace/deep/modules"\ngone = "~/gone:~/gone"\n',
  );
  const outcome = await user.run(["shell", "--", "cat", "deep/modules/m"], { cwd });
  assert.deepEqual([outcome.code, outcome.stdout], [0, "m\n"]);
  assert.match(
    outcome.stderr,
    /gone does not exist and is not shared \(system config, box\.path\.share_ro\.gone\)/,
  );
  assert.equal((await Deno.stat(`${cwd}/deep/modules`)).uid, Deno.uid());
});

Deno.test("a cache is there once its folder is, for all boxes and for those of one agent, and not in a standalone project", async () => {
  await using user = await User.make();
  const [one, two, alone] = [await user.folder(), await user.folder(), await user.folder()];
  await user.configure(NONE, '[shared]\npip = ".cache/pip"\n');
  await write(`${user.data}/crabs/claude.toml`, '[crab]\nname = "C"\n[shared]\ntool = ".tool"\n');
  const script = "test -w ~/.cache/pip && echo pip; test -w ~/.tool && echo tool; true;";
  assert.equal(await sh(user, one, script), "");
  for (const place of ["global/pip", "claude/tool"]) {
    await Deno.mkdir(`${user.data}/shared/${place}`, { recursive: true });
  }
  assert.equal(await sh(user, one, script), "pip\n");
  const env = await installAgent(
    user.home,
    `require("node:child_process").spawnSync("sh", ["-c", words.at(-1)], { stdio: "inherit" });`.replace(
      "require(",
      '(await import("node:module")).createRequire(import.meta.url)(',
    ),
  );
  const agent = (cwd: string, script: string) =>
    user.ok(["start", "--ephemeral", "--crab", "claude", "--", script], { cwd, env });
  assert.equal(await agent(one, `${script} touch ~/.cache/pip/x ~/.tool/y`), "pip\ntool\n");
  assert.equal(await agent(two, "ls ~/.cache/pip ~/.tool | grep '^[xy]'"), "x\ny\n");
  await user.ok(["create", "--standalone", alone]);
  assert.equal(await sh(user, alone, script), "");
});

Deno.test("seeds are copied once, later ones later, and never over what the box has", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await write(`${user.home}/rc`, "alias seeded=1\n");
  await write(`${user.home}/tree/a`, "a\n");
  await write(`${user.home}/tree/b/c`, "c\n");
  await Deno.chmod(`${user.home}/tree/a`, 0o600);
  const seeds = '[system.path.seeded]\nrc = "~/rc:~/.bashrc"\n';
  await user.configure(NONE, seeds);
  assert.equal(
    await sh(user, cwd, "head -1 ~/.bashrc; grep -c shell.d ~/.bashrc >/dev/null && echo ours"),
    "alias seeded=1\nours\n",
  );
  await sh(user, cwd, "rm ~/.bashrc; mkdir ~/t; echo mine >~/t/a");
  await user.configure(NONE, `${seeds}tree = "~/tree:~/t"\n`);
  assert.match(
    await user.ok(["shell", "--plan"], { cwd }),
    /\/home\/agent\/t +.*\/tree +system config, system\.path\.seeded\.tree/,
  );
  assert.equal(await sh(user, cwd, "test -e ~/.bashrc || echo gone; cat ~/t/a ~/t/b/c"), "gone\nmine\nc\n");
  assert.doesNotMatch(await user.ok(["shell", "--plan"], { cwd }), /COPIED ONCE/);
});

Deno.test("a workset's shares, caches and variables reach its boxes alone", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.configure(NONE, '[workset.path.share_ro]\ndocs = "docs:~/docs"\n');
  await write(`${user.data}/config.toml`, "[box]\npids = 99\n");
  // A box of no workset has no such folder, and nothing is wrong with that.
  assert.equal(await sh(user, cwd, "test -e ~/docs || echo none"), "none\n");
  assert.match(await user.ok(["shell", "--plan"], { cwd }), /processes: 99 +workset config/);
});

Deno.test("a project that brings settings asks at a terminal, shows what changed, and refuses without one", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["create", "--standalone", cwd]);
  const file = `${cwd}/.kanibako/project.toml`;
  const own = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, `${own}[box]\npids = 77\n`);
  const words = ["shell", "--", "sh", "-c", "echo ran-$((40+2))"];
  const refused = await user.run(words, { cwd, input: "y\n" });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /it sets box\.pids, and changed since it was approved/);
  {
    await using no = await Terminal.open(user, words, cwd);
    await no.shows(/box\.pids = "77" \(new\)[^]*Allow these settings\? \[y\/N\]/);
    await no.type("n");
    assert.equal(await no.ended(), 2);
    assert.doesNotMatch(await no.screen(), /ran-42/);
  }
  {
    await using yes = await Terminal.open(user, words, cwd);
    await yes.shows("Allow these settings?");
    await yes.type("y");
    assert.equal(await yes.ended(), 0);
    assert.match(await yes.screen(), /ran-42/);
  }
  assert.equal((await user.run(words, { cwd })).stdout, "ran-42\n");
  await Deno.writeTextFile(file, `${own}[box]\npids = 78\nnetwork = "none"\n`);
  await using again = await Terminal.open(user, words, cwd);
  await again.shows(/box\.pids = "78" \(was "77"\)[^]*box\.network = "none" \(new\)/);
  await again.type("");
  assert.equal(await again.ended(), 2);
});

Deno.test("F1: a running box refuses a command that asks for more safety than it has, and runs what asks for what it has", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const name = cwd.slice(cwd.lastIndexOf("/") + 1);
  for (const kind of ["shell", "start"]) {
    const options = ["--network", "open", "--pids", "100", "--security", "nested", "--image", "other"];
    const refused = await user.run([kind, ...options, ...kind === "start" ? [] : ["--", "touch", "ran"]], {
      cwd,
    });
    assert.deepEqual([refused.code, refused.stdout], [1, ""], refused.stderr);
    const first = refused.stderr.split("\n")[0]!;
    assert.match(
      first,
      /The box \S+ is already running with rig oci, security (standard|strict), network none and pids 2048, and --image, --security, --network and --pids need a new box\.$/,
    );
    assert.ok(refused.stderr.includes(`kanibako stop ${name}`), refused.stderr);
  }
  await assert.rejects(Deno.stat(`${cwd}/ran`), Deno.errors.NotFound);
  const plan = await user.ok(["shell", "--network", "open", "--plan"], { cwd });
  assert.match(
    plan,
    /^Note: This call would be refused now\. The box .* network none, and --network needs a new box\.$/m,
  );
  assert.match(
    await user.ok(["shell", "--plan"], { cwd }),
    /^Note: The box is already running, and this call would join it/,
  );
  const { running } = JSON.parse(
    await user.ok(["start", "--plan", "--json", "--persistent", "-c", "sh"], { cwd }),
  );
  assert.match(running.refused, /--entrypoint needs a new box/);
  const words = await user.run(["shell", "--persistent", "--", "echo", "never"], { cwd });
  assert.equal(words.code, 1);
  assert.match(words.stderr, /the arguments after -- need a new box/);
  const same = ["--network", "none", "--pids", "2048", "--image", "oci", "--persistent"];
  assert.match(await user.ok(["shell", ...same.slice(0, -1), "--", "echo", "here"], { cwd }), /^here$/m);
  assert.match((await user.run(["shell", ...same], { cwd })).stderr, /is running\. Attach/);
  const plain = await user.run(["shell", "-e", "A=1", "--", "sh", "-c", "echo $A"], { cwd });
  assert.deepEqual([plain.code, plain.stdout, plain.stderr], [0, "1\n", ""]);
  await user.ok(["box", "config", "pids=99"], { cwd });
  const later = await user.run(["shell", "--", "echo", "here"], { cwd });
  assert.deepEqual([later.code, later.stdout], [0, "here\n"]);
  assert.match(
    later.stderr,
    /box\.pids is now 99 \(box config\), but the running box has pids 2048\. To apply it: kanibako stop/,
  );
});

Deno.test("C02, C34, C52: git in a box knows its user, passes over what the user does, and trusts the workspace; clocks agree", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.configure(NONE, "");
  await write(
    `${user.home}/.gitconfig`,
    '[user]\n name = Ann "Example"\n email = a@example.net\n[core]\n hooksPath = ~/hooks\n',
  );
  await write(`${user.home}/.config/git/ignore`, "*.swp\n");
  const script = `git init -q -b main . && touch x.swp && git commit -q --allow-empty -m one &&
git log -1 --format='%an|%ae' && git status --short && git config core.hooksPath
date +%z
git config --global user.name Box && git config user.name`;
  const out = await user.ok(["shell", "--", "sh", "-c", script], { cwd, env: { TZ: "Asia/Kolkata" } });
  assert.equal(out, "Ann Example|a@example.net\n+0530\nBox\n");
  // One of its own, from the user's settings, counts more.
  assert.equal(await user.ok(["shell", "-e", "TZ=UTC", "--", "date", "+%z"], { cwd }), "+0000\n");
});
