// Sessions that stay: entered, left, entered again, ended. Somebody sits at a terminal.

import assert from "node:assert/strict";
import { withAgent } from "../support/agent_user.ts";
import { until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

Deno.test("a session is left with Ctrl-b d, keeps running, and is entered again", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const name = cwd.split("/").at(-1)!;
  const words = [
    "shell",
    "--persistent",
    "--",
    "sh",
    "-c",
    'echo here we are; while read l; do echo "heard <$l>"; done',
  ];
  {
    await using terminal = await Terminal.open(user, words, cwd);
    await terminal.shows("here we are");
    await terminal.type("one");
    await terminal.shows("heard <one>");
    await terminal.shows("Ctrl-b d");
    await terminal.press("C-b", "d");
    assert.equal(await terminal.ended(), 0);
    assert.match(await terminal.screen(), new RegExp(`${name} keeps running`));
  }
  assert.equal(await user.ok(["ps", "-q"]), `${name}\n`);
  {
    await using refused = await Terminal.open(user, ["shell", "--persistent", "--network", "open"], cwd);
    assert.equal(await refused.ended(), 1, "D3");
    assert.match(await refused.screen(), /running with network none, and --network needs a new box/);
  }
  {
    await using stopped = await Terminal.open(user, ["shell", "--persistent", "-e", "A=1"], cwd);
    await stopped.shows("Press Enter to continue");
    await stopped.press("C-c");
    assert.equal(await stopped.ended(), 2, "D3");
  }
  await using terminal = await Terminal.open(
    user,
    ["shell", "--persistent", "-e", "A=1"],
    cwd,
  );
  // D3: what was ignored stands there until it was read.
  await terminal.shows(/--env was ignored[^]*Press Enter to continue/);
  assert.doesNotMatch(await terminal.screen(), /heard <one>/);
  await terminal.press("Enter");
  await terminal.shows("heard <one>");
  await terminal.type("two");
  await terminal.shows("heard <two>");
  await terminal.press("C-d");
  assert.equal(await terminal.ended(), 0);
  await until(async () => (await user.containers()).length === 0);
});

Deno.test("the exit code of what ran in a session is the program's, whoever is attached when it ends", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = [
    "shell",
    "--persistent",
    "--",
    "sh",
    "-c",
    "echo ready; read code; echo last words; exit $code",
  ];
  await user.ok(words, { cwd });
  await using one = await Terminal.open(user, ["shell", "--persistent"], cwd);
  await using other = await Terminal.open(user, ["shell", "--persistent"], cwd);
  await one.shows("ready");
  await other.shows("ready");
  await one.type("7");
  assert.equal(await one.ended(), 7);
  assert.equal(await other.ended(), 7);
  for (const terminal of [one, other]) {
    assert.match(
      await terminal.screen(),
      /^The session of \S+ ended with exit code 7\. To see its last screen/m,
    );
  }
  const exit = await user.exitRecord();
  assert.equal(exit.code, 7);
  assert.match(exit.screen, /last words/);
  await until(async () => (await user.containers()).length === 0);
  await until(async () => (await user.runRecords()).length === 0, 5000, "a record is left");
});

Deno.test("a session that fails at once shows what it said", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = ["shell", "--persistent", "--", "sh", "-c", "echo this went wrong; exit 3"];
  await using terminal = await Terminal.open(user, words, cwd);
  assert.equal(await terminal.ended(), 3);
  assert.match(await terminal.screen(), /this went wrong/);
});

Deno.test("a session whose command there is not ends with 127 and says so", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await using terminal = await Terminal.open(user, ["shell", "--persistent", "--", "no-such-command"], cwd);
  assert.equal(await terminal.ended(), 127);
  assert.match(await terminal.screen(), /no-such-command/);
});

Deno.test("N8, F5: without a terminal a session that ends at once is no success: its output and its code are there", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const session = async (...words: string[]) => {
    const { code, stderr } = await user.run(["shell", "--persistent", "--", ...words], { cwd });
    assert.doesNotMatch(stderr, /is running/);
    return [code, stderr] as const;
  };
  const [missing, why] = await session("no-such-command");
  assert.equal(missing, 127);
  assert.match(why, /no-such-command: not found/);
  const [failed, said] = await session("sh", "-c", "sleep 0.3; echo this went wrong; exit 3");
  assert.equal(failed, 3);
  assert.match(said, /^this went wrong$/m);
  const [done, answer] = await session("echo", "all is done");
  assert.equal(done, 0);
  assert.match(answer, /^all is done$/m);
  assert.equal((await user.run(["-c", "/bin/false"], { cwd })).code, 1);
  // C33: and what made it fail can be asked for, until a start succeeds.
  assert.match(
    await user.ok(["box", "diagnose"], { cwd }),
    /Trial: a box .* starts and ends[^]*Last start: failed at .* exit code 1/,
  );
  // D4: and it can be read later on, with what is secret masked.
  await user.ok(["box", "config", "env.MY_TOKEN=abcdefgh"], { cwd });
  await session("sh", "-c", 'echo "<$MY_TOKEN>"; exit 4');
  assert.match(await user.ok(["box", "info"], { cwd }), /Last end: +exit code 4, [^]*<\*+>/);
  const { lastEnd } = JSON.parse(await user.ok(["box", "info", "--json"], { cwd }));
  assert.deepEqual([lastEnd.code, lastEnd.screen], [4, "<********>"]);
  // The twin: what lives is running.
  const lives = await user.run(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  assert.equal(lives.code, 0);
  assert.match(lives.stderr, /is running\. Attach/);
  assert.doesNotMatch(await user.ok(["box", "diagnose"], { cwd }), /Last start/);
});

Deno.test("a lost terminal leaves the session as it is, and one whose session is stopped from elsewhere says so", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = ["shell", "--persistent", "--", "sh", "-c", "echo ready; exec sleep 600"];
  {
    await using terminal = await Terminal.open(user, words, cwd);
    await terminal.shows("ready");
  }
  const [container] = await user.containers();
  const clients = () => user.engine("exec", container!, "tmux", "list-clients");
  await until(
    async () => await clients() === "",
    undefined,
    "the lost terminal is still attached in the box",
  );
  await using again = await Terminal.open(user, ["shell", "--persistent"], cwd);
  await again.shows("ready");
  assert.notEqual(await clients(), "");
  assert.equal((await user.containers()).length, 1);
  // Stopped from elsewhere, however soon: that is said, and is no failure of the box.
  await user.ok(["stop"], { cwd });
  assert.equal(await again.ended(), 143);
  assert.match(await again.screen(), new RegExp(`^${cwd.split("/").at(-1)!} was stopped\\.$`, "m"));
  assert.doesNotMatch(await again.screen(), /ended at once|system diagnose/);
  assert.equal((await user.run(["list", "-q"], { cwd })).code, 0);
});

Deno.test("a shell at a terminal has one, in a new box and beside a session", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  {
    await using terminal = await Terminal.open(user, ["shell", "--ephemeral"], cwd);
    await terminal.shows(/\$ |# /);
    await terminal.type("tty; stty size; exit 5");
    await terminal.shows(/\/dev\/pts\/\d+\s+40 140/);
    assert.equal(await terminal.ended(), 5);
  }
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  await using terminal = await Terminal.open(user, ["shell"], cwd);
  await terminal.shows(/\$ |# /);
  await terminal.type("tty; exit 6");
  await terminal.shows(/\/dev\/pts\/\d+/);
  assert.equal(await terminal.ended(), 6);
});

Deno.test("Ctrl-c at a terminal reaches the command and leaves nothing behind", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const script = "trap 'echo got it; exit 9' INT; echo ready; while :; do sleep 0.1; done";
  await using terminal = await Terminal.open(user, ["shell", "--ephemeral", "--", "sh", "-c", script], cwd);
  await terminal.shows("ready");
  await terminal.press("C-c");
  assert.equal(await terminal.ended(), 9);
  assert.match(await terminal.screen(), /got it/);
  assert.deepEqual(await user.containers(), []);
  assert.deepEqual(await user.runRecords(), []);
});

Deno.test("D1: Ctrl-z does not put a command to sleep that nobody could wake", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = ["shell", "--", "sh", "-c", "echo ready; read word; echo got $word; exit 9"];
  await using terminal = await Terminal.open(user, words, cwd);
  await terminal.shows("ready");
  await terminal.press("C-z");
  await terminal.type("it");
  assert.equal(await terminal.ended(), 9);
  assert.match(await terminal.screen(), /got it/);
});

Deno.test("start with an agent: attached, detached, ended with the agent's exit code", async () => {
  const script = `
    console.log("agent with", JSON.stringify(words));
    process.stdin.on("data", (data) => process.exit(Number(data)));`;
  await using agent = await withAgent(script);
  const { user, cwd } = agent;
  {
    await using terminal = await Terminal.open(user, [], cwd);
    await terminal.shows('agent with ["--dangerously-skip-permissions"');
    await terminal.press("C-b", "d");
    assert.equal(await terminal.ended(), 0);
  }
  for (const words of [["--", "-p", "hello"], ["--secure"], ["--crab", "codex"], ["-c", "sh"]]) {
    // D3, D4: with and without a terminal.
    const refused = await user.run(["start", ...words], { cwd });
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(
      refused.stderr,
      /is already running.* needs? a new box\.\n.*Stop it first: kanibako stop p1-/,
    );
  }
  {
    await using refused = await Terminal.open(user, ["--secure"], cwd);
    assert.equal(await refused.ended(), 1);
    assert.match(await refused.screen(), /running with --autonomous, and --secure needs a new box/);
  }
  await using terminal = await Terminal.open(
    user,
    ["start", "--new", "--autonomous", "--crab", "claude"],
    cwd,
  );
  await terminal.shows(/--new was ignored[^]*Press Enter/);
  await terminal.press("Enter");
  await terminal.shows("agent with");
  await terminal.type("42");
  assert.equal(await terminal.ended(), 42);
});

Deno.test("where there is no conversation to continue a new one is begun, once", async () => {
  const script = `
    if (words.includes("--continue")) { console.log("No conversation found to continue"); process.exit(1); }
    console.log("a new conversation");
    process.stdin.on("data", (data) => process.exit(Number(data)));`;
  await using agent = await withAgent(script);
  const { user, cwd } = agent;
  // A first conversation, so that there seems to be one to continue.
  assert.equal((await user.run(["start", "--ephemeral"], { cwd, input: "0\n" })).code, 0);
  await using terminal = await Terminal.open(user, [], cwd);
  await terminal.shows("a new conversation", 30_000);
  await terminal.type("4");
  assert.equal(await terminal.ended(), 4);
  // It is only done for a conversation the user did not ask for.
  await using asked = await Terminal.open(user, ["start", "-R"], cwd);
  await asked.shows("a new conversation");
});

Deno.test("without a terminal start runs the agent and says how to attach", async () => {
  await using agent = await withAgent("setTimeout(() => {}, 600_000);");
  const { user, cwd } = agent;
  const outcome = await user.run([], { cwd });
  assert.equal(outcome.code, 0);
  assert.match(outcome.stderr, /Attach from a terminal: kanibako start/);
  assert.equal((await user.containers()).length, 1);
  const again = await user.run(["start"], { cwd });
  assert.deepEqual([again.code, (await user.containers()).length], [0, 1]);
  const ephemeral = await user.run(["start", "--ephemeral"], { cwd });
  assert.notEqual(ephemeral.code, 0);
  assert.match(ephemeral.stderr, /is already running, in a persistent session/);
});

Deno.test("start with an agent that is set but not installed says what to do", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const outcome = await user.run(["start", "--crab", "claude"], {
    cwd,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
  });
  assert.notEqual(outcome.code, 0);
  assert.match(outcome.stderr, /Claude Code is not installed[^]*npm install/);
  assert.deepEqual(await user.containers(), []);
});

Deno.test("a session is gone back to when its agent is not found any more", async () => {
  await using box = await withAgent(
    `console.log("ready"); process.stdin.once("data", () => process.exit(4));`,
  );
  const { user, cwd } = box;
  await user.ok(["start"], { cwd });
  // Where it was the last time is remembered, so a shorter PATH alone would hide nothing.
  user.env["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
  await Deno.rename(`${user.home}/npm`, `${user.home}/npm-away`);
  await using terminal = await Terminal.open(user, ["start"], cwd);
  await terminal.shows("ready");
  await terminal.type("go");
  assert.equal(await terminal.ended(), 4);
  const without = await user.run(["start"], { cwd });
  assert.equal(without.code, 1);
  assert.match(without.stdout + without.stderr, /There is no agent/);
});
