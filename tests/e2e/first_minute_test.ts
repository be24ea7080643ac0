// What users of agents meet first: prompts and no questions, ways out, and nothing that is lost with a terminal.

import assert from "node:assert/strict";
import { withAgent } from "../support/agent_user.ts";
import { until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

const PROMPT = /^❯/m;

/** A test of a real agent, where it is installed. */
async function real(agent: string, name: string, test: (user: User, cwd: string) => Promise<void>) {
  const command = new Deno.Command("sh", { args: ["-c", `command -v ${agent}`], stdout: "null" });
  const missing = !(await command.output()).success;
  Deno.test({
    name: `the real ${agent} ${name}` + (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using user = await User.make();
      const cwd = await user.folder();
      await user.configure('box.network = "none"', `box.crab = "${agent}"`);
      await test(user, cwd);
    },
  });
}

await real(
  "claude",
  "of a user who is logged in shows its prompt, goes on after Ctrl-z, and asks with -S",
  async (user, cwd) => {
    await logIn(user);
    {
      await using terminal = await Terminal.open(user, [], cwd);
      const screen = await terminal.shows(PROMPT);
      assert.match(screen, /bypass permissions on/);
      assert.match(screen, /claude\* .*Ctrl-b Ctrl-b d: leave/);
      await terminal.press("C-z");
      // What it says of being suspended is covered when it goes on.
      await terminal.type("still here");
      await terminal.shows(/^❯ .*still here/m);
    }
    await user.ok(["stop"], { cwd });
    await using asks = await Terminal.open(user, ["-S", "-N"], cwd);
    await asks.shows(/trust this folder/i);
  },
);

await real(
  "codex",
  "shows its prompt, and neither copies itself into the home nor leaves a server there",
  async (user, cwd) => {
    await Deno.mkdir(`${user.home}/.codex`);
    const key = JSON.stringify({ auth_mode: "apikey", OPENAI_API_KEY: "sk-made-up" });
    await Deno.writeTextFile(`${user.home}/.codex/auth.json`, key, { mode: 0o600 });
    await using terminal = await Terminal.open(user, [], cwd);
    await terminal.shows("Ask Codex to do anything");
    // Typed, so that all that comes with its start has come.
    await terminal.press("h", "i");
    await terminal.shows(/› hi/);
    const seen = await user.ok(["shell", "--", "sh", "-c", "ls ~/.codex; ps -C codex -o pid= | wc -l"], {
      cwd,
    });
    assert.match(seen, /auth\.json/);
    assert.doesNotMatch(seen, /packages/);
    assert.match(seen, /^1$/m, "only the one on the screen runs");
  },
);

await real("copilot", "shows its prompt, and only asks for a login", async (user, cwd) => {
  await using terminal = await Terminal.open(user, [], cwd);
  const screen = await terminal.shows("/login to sign in", 120_000);
  assert.doesNotMatch(screen, /trust/i);
  await terminal.shows(PROMPT);
});

Deno.test("D4: what a session showed that ended at once is not lost with its terminal", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const open = (script: string) =>
    Terminal.open(user, ["start", "--persistent", "--entrypoint", "sh", "--", "-c", script], cwd);
  {
    await using terminal = await open("echo the answer is 42");
    assert.equal(await terminal.ended(), 0);
    const screen = await terminal.screen();
    assert.match(screen, /^the answer is 42$/m);
    assert.doesNotMatch(screen, /Error/);
  }
  await using failing = await open("echo cannot read the configuration; exit 3");
  assert.equal(await failing.ended(), 3);
  assert.match(
    await failing.screen(),
    /cannot read the configuration[^]*Error: The box ended at once, with exit code 3/,
  );
  const unseen = await user.run(
    ["start", "--persistent", "--entrypoint", "sh", "--", "-c", "echo no terminal; exit 4"],
    { cwd },
  );
  assert.equal(unseen.code, 4);
  assert.match(unseen.stderr, /no terminal[^]*Error: The box ended at once, with exit code 4/);
});

Deno.test("a box says which agent it runs and since when, and that this machine has another one by now", async () => {
  await using agent = await withAgent(`setTimeout(() => {}, 600_000);`);
  const { user, cwd } = agent;
  const info = async () => JSON.parse(await user.ok(["box", "info", "--json"], { cwd }));
  await user.ok(["start"], { cwd });
  const { agent: found, session } = await info();
  assert.deepEqual(found, { name: "claude", title: "Claude Code", version: "1.0.0" });
  assert.deepEqual([session.lifetime, session.attended], ["persistent", false]);
  const same = await user.run(["start"], { cwd });
  assert.doesNotMatch(same.stderr, /replaced/);
  const folder = `${user.home}/npm/node_modules/@anthropic-ai/claude-code`;
  const manifest = await Deno.readTextFile(`${folder}/package.json`);
  await Deno.writeTextFile(`${folder}/package.json`, manifest.replace("1.0.0", "1.1.0"));
  await Deno.rename(`${folder}/cli.js`, `${folder}/old.js`);
  await Deno.copyFile(`${folder}/old.js`, `${folder}/cli.js`);
  const other = await user.run(["start"], { cwd });
  assert.equal(other.code, 0);
  assert.match(
    other.stderr,
    /Claude Code was replaced on this machine \(from 1\.0\.0 to 1\.1\.0\)[^]*kanibako stop/,
  );
  assert.equal((await info()).agent.version, "1.0.0");
  await user.ok(["stop"], { cwd });
  await until(async () => (await info()).session === null);
  assert.match(await user.ok(["box", "info"], { cwd }), /Last end: +stopped, with exit code 143 \(SIGTERM\)/);
});

/** A login as this machine has it after its user has logged in once. */
async function logIn(user: User): Promise<void> {
  await Deno.mkdir(`${user.home}/.claude`, { mode: 0o700 });
  const claudeAiOauth = {
    accessToken: "sk-ant-oat01-made-up",
    refreshToken: "sk-ant-ort01-made-up",
    expiresAt: Date.now() + 8 * 3600_000,
    scopes: ["user:inference", "user:profile"],
    subscriptionType: "max",
  };
  const login = `${user.home}/.claude/.credentials.json`;
  await Deno.writeTextFile(login, JSON.stringify({ claudeAiOauth }), { mode: 0o600 });
  const account = { accountUuid: crypto.randomUUID(), emailAddress: "me@example.com" };
  await Deno.writeTextFile(
    `${user.home}/.claude.json`,
    JSON.stringify({ hasCompletedOnboarding: true, oauthAccount: account }),
    { mode: 0o600 },
  );
}
