// Several calls at once, several boxes at once, and what belongs to others.

import assert from "node:assert/strict";
import { engine, pause, until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";
import { recorder } from "../support/recorder.ts";

const IMAGE = "localhost/kanibako-oci:latest";

Deno.test("five commands at once in a new project all succeed", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const calls = [1, 2, 3, 4, 5].map((n) => user.run(["shell", "--", "echo", `${n}`], { cwd }));
  const outcomes = await Promise.all(calls);
  assert.deepEqual(
    outcomes.map(({ code, stdout }) => [code, stdout]),
    [1, 2, 3, 4, 5].map((n) => [0, `${n}\n`]),
    `${outcomes.map(({ stderr }) => stderr)}`,
  );
  assert.deepEqual(await user.runRecords(), []);
});

Deno.test("three starts at once make one box", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = ["shell", "--persistent", "--", "sh", "-c", "echo x >>started; exec sleep 600"];
  const outcomes = await Promise.all([1, 2, 3].map(() => user.run(words, { cwd })));
  const said = `${outcomes.map(({ stderr }) => stderr)}`;
  // D4: of all words only those of the one that started it were run.
  assert.deepEqual(outcomes.map(({ code }) => code).sort(), [0, 1, 1], said);
  assert.equal(said.match(/the arguments after -- need a new box/g)?.length, 2, said);
  const joined = await Promise.all([1, 2, 3].map(() => user.run(words.slice(0, 2), { cwd })));
  assert.deepEqual(joined.map(({ code }) => code), [0, 0, 0], `${joined.map(({ stderr }) => stderr)}`);
  assert.equal((await user.containers()).length, 1);
  // Each call that meets the box before its supervisor holds its lock starts one: all but the first end at once.
  await until(async () => (await user.supervisors()).length === 1, undefined, "there is not one supervisor");
  assert.equal(await user.ok(["shell", "--", "cat", "started"], { cwd }), "x\n");
});

Deno.test("boxes of several projects run side by side and know nothing of each other", async () => {
  await using user = await User.make();
  const folders = [await user.folder(), await user.folder()];
  await Promise.all(folders.map((cwd) => user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd })));
  assert.equal((await user.ok(["ps", "-q"])).trim().split("\n").length, 2);
  for (const cwd of folders) {
    await user.ok(["shell", "--", "touch", `of-${cwd.split("/").at(-1)}`], { cwd });
    const seen = (await user.ok(["shell", "--", "ls"], { cwd })).trim().split("\n");
    assert.deepEqual(seen.filter((name) => name.startsWith("of-")), [`of-${cwd.split("/").at(-1)}`]);
  }
  await user.ok(["stop"], { cwd: folders[0]! });
  assert.equal(await user.ok(["ps", "-q"]), `${folders[1]!.split("/").at(-1)}\n`);
});

Deno.test("stop --all ends all boxes of the user, and nothing that is not one", async () => {
  await using user = await User.make();
  await using other = await User.make();
  const ours = [await user.folder(), await user.folder()];
  for (const cwd of ours) await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const theirs = await other.folder();
  await other.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd: theirs });
  const foreign = `kanibako-foreign-${crypto.randomUUID().slice(0, 8)}`;
  await user.engine(
    ...[
      "run",
      "--detach",
      "--name",
      foreign,
      "--init",
      "--network=none",
      "--entrypoint=/bin/sleep",
      IMAGE,
      "600",
    ],
  );
  try {
    const asked = await user.run(["stop", "--all"], { input: "n\n" });
    assert.notEqual(asked.code, 0);
    assert.equal((await user.containers()).length, 2);
    assert.match(await user.ok(["stop", "--all", "--force"]), /Stopped 2 of 2/);
    assert.deepEqual(await user.containers(), []);
    assert.equal((await other.containers()).length, 1);
    const state = await user.engine("inspect", "--format", "{{.State.Status}}", foreign);
    assert.equal(state, "running\n");
    assert.doesNotMatch(await user.ok(["list", "--all"]), new RegExp(foreign));
  } finally {
    await user.engine("rm", "--force", foreign);
  }
  assert.equal(await user.ok(["stop", "--all", "--force"]), "No box is running.\n");
});

Deno.test("a stranger's container in the way of a box's name is not touched", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--", "true"], { cwd });
  const plan = JSON.parse(await user.ok(["shell", "--plan", "--json"], { cwd })).plan;
  await user.engine(
    "run",
    "--detach",
    `--name=${plan.name}`,
    "--init",
    "--network=none",
    "--entrypoint=/bin/sleep",
    IMAGE,
    "600",
  );
  try {
    const outcome = await user.run(["shell", "--", "true"], { cwd });
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.stderr, /not one of your boxes/);
    assert.equal(await user.engine("inspect", "--format", "{{.State.Status}}", plan.name), "running\n");
  } finally {
    await user.engine("rm", "--force", plan.name);
  }
  assert.equal((await user.run(["shell", "--", "true"], { cwd })).code, 0);
});

Deno.test("a rig that is not here is made at the first start, and one without tmux cannot hold a session", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const rig = `t${crypto.randomUUID().slice(0, 8)}`;
  await Deno.mkdir(`${user.data}/containers`, { recursive: true });
  await Deno.writeTextFile(
    `${user.data}/containers/Containerfile.${rig}`,
    `FROM ${IMAGE}\nUSER root\nRUN rm /usr/bin/tmux && echo made here >/made\nUSER agent\n`,
  );
  const { env, calls } = await recorder(user);
  try {
    const first = await user.run(["shell", "--image", rig, "--", "cat", "/made"], { cwd, env });
    assert.deepEqual([first.code, first.stdout], [0, "made here\n"], first.stderr);
    await pause(500); // what may follow a first run
    assert.ok((await calls()).includes("build"));
    const second = await user.run(["shell", "--image", rig, "--", "cat", "/made"], { cwd, env });
    assert.deepEqual([second.code, second.stdout, await calls()], [0, "made here\n", ["run"]]);

    const started = await user.run(["shell", "--image", rig, "--persistent", "--", "sleep", "600"], { cwd });
    assert.equal(started.code, 127, "N8");
    assert.match(started.stderr, /This rig has no tmux/);
    const exit = await user.exitRecord();
    assert.equal(exit.code, 127);
    assert.match(exit.screen, /This rig has no tmux/);
    await using terminal = await Terminal.open(user, ["shell", "--image", rig, "--persistent"], cwd);
    assert.equal(await terminal.ended(), 127);
    assert.match(await terminal.screen(), /This rig has no tmux/);
  } finally {
    const names = (await user.engine("images", "--format", "{{.Repository}}")).split("\n");
    for (const name of names) if (name.includes(rig)) await user.engine("rmi", "--force", name);
  }
});

Deno.test("F3: a rig nobody can make is an error that says so, makes no project, and names where it is stored", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const outcome = await user.run(["shell", "--image", "no-such-rig", "--", "true"], { cwd });
  assert.equal(outcome.code, 1);
  assert.match(outcome.stderr, /There is no rig "no-such-rig"/);
  assert.equal(await user.ok(["list", "-q"]), "");
  assert.equal(await user.ok(["shell", "--", "echo", "next"], { cwd }), "next\n");
  await user.ok(["box", "config", "image=no-such-rig"], { cwd });
  const stored = await user.run(["shell", "--", "true"], { cwd });
  assert.equal(stored.code, 1);
  assert.match(stored.stderr, /\(box config\)\. To remove that: kanibako box config \S+ --reset image/);
  assert.deepEqual(await user.containers(), []);
});

Deno.test(`the box of ${engine} runs without capabilities, as nobody special`, async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const status = await user.ok(["shell", "--", "cat", "/proc/self/status"], { cwd });
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) {
    assert.match(status, new RegExp(`${set}:\\s+0+\n`));
  }
  assert.match(status, /Seccomp:\s+2\n/);
});

Deno.test("a foreground box does not end under those who have joined it, unless it is asked to", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const hold = (name: string, code: number) =>
    user.start([
      "shell",
      "--",
      "sh",
      "-c",
      `touch ${name}; while [ ! -e end-${name} ]; do sleep 0.05; done; exit ${code}`,
    ], {
      cwd,
    });
  const there = (name: string) => until(() => Deno.stat(`${cwd}/${name}`).then(() => true, () => false));
  const end = (name: string) => Deno.writeTextFile(`${cwd}/end-${name}`, "");

  const host = hold("host", 3);
  await there("host");
  const guest = hold("guest", 4);
  await there("guest");
  assert.equal((await user.containers()).length, 1);
  await end("host");
  await pause(1500);
  await end("guest");
  assert.equal((await guest.ended).code, 4);
  const { code, stderr } = await host.ended;
  assert.deepEqual([code, /Others still work in this box/.test(stderr)], [3, true]);

  const other = hold("other", 3);
  await there("other");
  const taken = hold("taken", 4);
  await there("taken");
  other.kill("SIGTERM");
  assert.equal((await other.ended).code, 143);
  // 137, where the engine still learns how its command ended.
  assert.ok([137, 255].includes((await taken.ended).code));
  assert.deepEqual(await user.containers(), []);
});
