// An agent that works on one text and ends, from the command line. The agent is a script that does as the text says.

import assert from "node:assert/strict";
import { installAgent } from "../support/agent.ts";
import { program, until, User } from "../support/program.ts";
import { exists } from "../support/agent_session.ts";
import { runScript } from "../support/script.ts";
import { Terminal } from "../support/terminal.ts";

/** Says what it was given, in the form asked for, and does what the text says. */
const AGENT = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
if (!words.includes("--print")) {
  console.log("here we are");
  setTimeout(() => {}, 600_000);
} else {
  const text = readFileSync(0, "utf8");
  const said = process.env.HOME + "/.claude/said";
  mkdirSync(process.env.HOME + "/.claude", { recursive: true });
  appendFileSync(said, text.length + " ");
  const form = words[words.indexOf("--output-format") + 1];
  const answer = (result, is_error) => console.log(
    words.includes("--output-format")
      ? JSON.stringify({ type: "result", is_error, result, session_id: "s1", total_cost_usd: 0.5,
          modelUsage: { m: { inputTokens: 3, outputTokens: 4 } } })
      : result);
  if (text.startsWith("write ")) {
    writeFileSync(text.trim().slice(6), "written");
    answer("Done: " + words.join(" "), false);
  } else if (text.startsWith("fail")) {
    console.error("It did not work.");
    answer("No.", true);
    process.exit(7);
  } else if (text.startsWith("sleep")) {
    console.log("asleep");
    writeFileSync("asleep", "");
    setTimeout(() => {}, 600_000);
  } else if (text.startsWith("deaf")) {
    for (const name of ["SIGTERM", "SIGINT"]) process.on(name, () => {});
    writeFileSync("asleep", "");
    setInterval(() => {}, 1000);
  } else if (text.startsWith("flood")) {
    // Waits for its reader: what a loop writes to a pipe that is full stays in memory until there is none left.
    const flood = () => {
      while (process.stdout.write("all the same\\n".repeat(1000)));
      process.stdout.once("drain", flood);
    };
    flood();
  } else if (text.startsWith("hostile")) {
    answer("\\x1b]52;c;aGk=\\x07\\u009b31mred\\u202e", false);
  } else answer(text, false);
}`;

async function made(): Promise<{ user: User; cwd: string } & AsyncDisposable> {
  const user = await User.make();
  const cwd = await user.folder();
  Object.assign(user.env, await installAgent(user.home, AGENT));
  return { user, cwd, [Symbol.asyncDispose]: () => user[Symbol.asyncDispose]() };
}

Deno.test("an agent works on a prompt, prints its answer and ends, and what came of it is printed as JSON", async () => {
  await using box = await made();
  const { user, cwd } = box;
  const [given, later] = ["--resume is $(id) no option\n", "x".repeat(300_000)];
  assert.equal(await user.ok(["start", `--prompt=${given}`], { cwd }), `${given}\n`);
  assert.equal(await user.ok(["start", "-"], { cwd, input: later }), `${later}\n`);

  await Deno.writeTextFile(`${cwd}/old`, "old");
  const json = JSON.parse(
    await user.ok(["start", "--prompt", "write new", "--json", "--", "--more"], { cwd }),
  );
  const { durationMs, path, project, text: said, ...rest } = json;
  assert.match(said, /^Done: --print --output-format json .*--more$/);
  assert.ok(durationMs > 0);
  assert.deepEqual([path, project], [cwd, cwd.split("/").at(-1)]);
  assert.deepEqual(rest, {
    agent: "claude",
    version: "1.0.0",
    exitCode: 0,
    timedOut: false,
    session: "s1",
    costUsd: 0.5,
    inputTokens: 3,
    outputTokens: 4,
    changed: [{ path: "new", change: "added" }],
  });

  const failed = await user.run(["start", "--prompt", "fail", "--json"], { cwd });
  assert.equal(failed.code, 7);
  const { exitCode, error, text, changed } = JSON.parse(failed.stdout);
  assert.deepEqual([exitCode, error, text, changed], [7, "No.", "", []]);
  assert.match(failed.stderr, /It did not work/);
  assert.match(failed.stderr, /Claude Code has no login in this box\. To log in: kanibako crab reauth \S+/);

  // What an agent says is shown escaped, and is the same when it is read.
  const hostile = await user.ok(["start", "--prompt", "hostile", "--json"], { cwd });
  assert.doesNotMatch(hostile.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  assert.equal(JSON.parse(hostile).text, "\x1b]52;c;aGk=\x07\u009b31mred\u202e");

  const late = await user.run(["start", "--prompt", "sleep", "--timeout", "1"], { cwd });
  assert.equal(late.code, 124);
  assert.match(late.stderr, /did not end within 1s, /);

  assert.deepEqual(await user.containers(), []);
});

Deno.test("a prompt of a box that runs goes to the agent beside its session", async () => {
  await using box = await made();
  const { user, cwd } = box;
  await user.ok(["start"], { cwd });
  await using _stop = { [Symbol.asyncDispose]: () => user.run(["stop"], { cwd }).then(() => {}) };
  assert.equal(await user.ok(["start", "--prompt", "beside", "-M", "other", "-S"], { cwd }), "beside\n");
  const { exitCode, changed } = JSON.parse(
    await user.ok(["start", "--prompt", "write it", "--json"], { cwd }),
  );
  assert.deepEqual([exitCode, changed], [0, [{ path: "it", change: "added" }]]);
  assert.equal((await user.run(["start", "--prompt", "fail"], { cwd })).code, 7);
  const late = await user.run(["start", "--prompt", "deaf", "--timeout", "1s"], { cwd });
  assert.equal(late.code, 124);

  // What asks for something else than the box has is refused.
  const refused = await user.run(["start", "--prompt", "x", "--network", "open"], { cwd });
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /already running with network none/);
  const words = await user.run(["start", "--", "-p", "x"], { cwd });
  assert.deepEqual([words.code, words.stdout], [1, ""]);
  assert.equal((await user.containers()).length, 1);
});

Deno.test("a script has the agent work on a text, sees its output as it comes, and can end it", async () => {
  await using box = await made();
  const { user, cwd } = box;
  const said = await runScript(
    user,
    cwd,
    `const ending = new AbortController();
const own = agent(undefined, { model: "other" });
const asleep = await own.run({
  prompt: "sleep",
  output: "text",
  signal: ending.signal,
  onOutput: (text) => text.includes("asleep") && ending.abort(),
});
say([asleep.code, asleep.timedOut, asleep.text]);
say(await own.run({ prompt: "x", signal: ending.signal }).catch(({ code }) => code));
say(await own.run({ prompt: " " }).catch(({ code }) => code));
say(await agent(undefined, { crab: "nobody" }).run({ prompt: "x" }).catch(({ code }) => code));
// One beside the other.
const [one, two] = await Promise.all(["write one", "write two"].map((prompt) => own.run({ prompt })));
say([one.code, two.code, one.text.includes("--model other")]);`,
  );
  assert.deepEqual(said, [[143, false, "asleep"], "aborted", "bad-prompt", "unknown-agent", [0, 0, true]]);
  assert.deepEqual([await exists(`${cwd}/one`), await exists(`${cwd}/two`)], [true, true]);
  assert.deepEqual(await user.containers(), []);
});

Deno.test("an agent that only answers its user's words does so in the foreground, on a terminal too", async () => {
  await using box = await made();
  const { user, cwd } = box;
  Object.assign(user.env, await installAgent(user.home, `console.log("the answer to " + words.at(-1));`));
  await using terminal = await Terminal.open(user, ["start", "--", "-p", "this"], cwd);
  assert.equal(await terminal.ended(), 0);
  await terminal.shows("the answer to this");
  // Of a session that stays it is kept how it ended.
  for await (const { name } of Deno.readDir(`${user.state}/boxes`)) {
    await assert.rejects(Deno.stat(`${user.state}/boxes/${name}/exit.json`));
  }
});

Deno.test("an agent that works on a prompt gets signals, and ends with whoever reads its answer", async () => {
  await using box = await made();
  const { user, cwd } = box;
  const running = user.start(["start", "--prompt", "sleep"], { cwd });
  await until(() => exists(`${cwd}/asleep`));
  running.kill("SIGTERM");
  const ended = await running.ended;
  assert.deepEqual([ended.code, ended.stdout], [143, "asleep\n"]);

  const script = '"$@" | head -n 1; exit "${PIPESTATUS[0]}"';
  const piped = await user.call(["bash", "-c", script, "bash", ...program, "start", "--prompt", "flood"], {
    cwd,
  });
  assert.deepEqual([piped.code, piped.stdout], [141, "all the same\n"]);
  await until(async () => (await user.containers()).length === 0);
});
