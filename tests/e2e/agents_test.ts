// Real agents, and their logins.

import assert from "node:assert/strict";
import { installAgent } from "../support/agent.ts";
import { until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

const LOGIN = "/.claude/.credentials.json";

for (
  const [agent, version] of [["claude", /^\d+\.\d+\.\d+ \(Claude Code\)\n$/], [
    "codex",
    /^codex-cli \d+\.\d+/,
  ]] as const
) {
  const missing = await new Deno.Command("sh", { args: ["-c", `command -v ${agent}`], stdout: "null" })
    .output()
    .then(({ success }) => !success);

  Deno.test({
    name: `the real ${agent} of the host runs in a box, in the foreground, and in the strictest one` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using user = await User.make();
      const cwd = await user.folder();
      for (const profile of [[], ["--security", "paranoid"]]) {
        const words = ["start", "--ephemeral", "--crab", agent, ...profile, "--", "--version"];
        const outcome = await user.run(words, { cwd });
        assert.deepEqual(
          [outcome.code, version.test(outcome.stdout)],
          [0, true],
          outcome.stdout + outcome.stderr,
        );
      }
      assert.deepEqual(await user.containers(), []);
    },
  });

  Deno.test({
    name: `the real ${agent} of the host is there for a shell` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using user = await User.make();
      const cwd = await user.folder();
      await user.configure('box.network = "none"', `box.crab = "${agent}"`);
      assert.match(await user.ok(["shell", "--", agent, "--version"], { cwd }), version);
    },
  });

  Deno.test({
    name: `the real ${agent} of the host runs in a session that stays` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using user = await User.make();
      const cwd = await user.folder();
      // D4: what only answers does so where the output goes, unless it is asked to stay.
      assert.match(await user.ok(["start", "--crab", agent, "--", "--version"], { cwd }), version);
      await user.ok(["start", "--persistent", "--crab", agent, "--", "--version"], { cwd });
      const { code, screen } = await user.exitRecord();
      assert.equal(code, 0);
      assert.match(screen.trim().split("\n").at(-1)!, new RegExp(version.source.replace("\\n$", "")));
      await until(async () => (await user.containers()).length === 0);
    },
  });
}

Deno.test("a login renewed in a box comes back to the host, with its mode and without losing anything", async () => {
  await using box = await loggedIn(`setTimeout(() => {}, 600_000);`);
  const { user, cwd } = box;
  await user.ok(["start"], { cwd });
  const inBox = () => user.run(["shell", "--", "cat", `/home/agent${LOGIN}`], { cwd });
  await until(
    async () => (await inBox()).stdout.includes("old-token"),
    10_000,
    "the login was not delivered",
  );
  assert.equal(await user.ok(["shell", "--", "stat", "-c", "%a", `/home/agent${LOGIN}`], { cwd }), "600\n");
  assert.ok(!(await inBox()).stdout.includes("other-secret"), "only the login itself is delivered");

  await renew(user, cwd);
  await user.ok(["stop"], { cwd });
  await hostHasRenewed(user);
});

Deno.test("C07, D6: a login renewed in a detached box reaches the host and another running box within a minute", async () => {
  await using box = await loggedIn(`setTimeout(() => {}, 600_000);`);
  const { user, cwd } = box;
  const other = await user.folder();
  await user.ok(["start"], { cwd });
  await user.ok(["start"], { cwd: other });
  const has = async (token: string) =>
    (await user.run(["shell", "--", "cat", `/home/agent${LOGIN}`], { cwd: other })).stdout.includes(token);
  await until(() => has("old-token"), 10_000, "the login was not delivered");
  await renew(user, cwd);
  await until(async () => (await hostLogin(user)).claudeAiOauth.accessToken === "new-token", 25_000);
  await hostHasRenewed(user);
  await until(() => has("new-token"), 35_000, "the other box did not get the login");
});

Deno.test("D8: a shell has the agent's login and variables, and no other agent", async () => {
  await using box = await loggedIn(`console.log(process.env.FROM_CRAB);`);
  const { user, cwd } = box;
  await user.ok(["crab", "config", "claude", "env.FROM_CRAB=yes"], { cwd });
  const script = `cat ~${LOGIN}; echo $DISABLE_AUTOUPDATER; claude; ls ~/.local/bin`;
  const seen = await user.ok(["shell", "--", "sh", "-c", script], { cwd });
  assert.match(seen, /old-token/);
  assert.match(seen, /^1\nyes\n(.*\n)*claude\n/m);
  assert.doesNotMatch(seen, /^codex$/m);
});

Deno.test("crab reauth runs the agent's login and gives the new login to the host", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  Object.assign(
    user.env,
    await installAgent(
      user.home,
      `
    import { writeFileSync } from "node:fs";
    if (words.join(" ") !== "auth login") process.exit(9);
    const { claudeAiOauth } = { claudeAiOauth: { accessToken: "by-browser", refreshToken: "r", expiresAt: Date.now() + 8 * 3600_000 } };
    writeFileSync(process.env.HOME + "${LOGIN}", JSON.stringify({ claudeAiOauth }), { mode: 0o600 });`,
    ),
  );
  await user.ok(["create"], { cwd });
  const said = await user.ok(["crab", "reauth"], { cwd });
  assert.match(
    said,
    /Claude Code is logged in: expires in 8h\. The login is in ~\/\.claude\/\.credentials\.json/,
  );
  assert.equal((await hostLogin(user)).claudeAiOauth.accessToken, "by-browser");
  assert.match(await user.ok(["crab", "reauth"], { cwd }), /is logged in on this machine: expires in 8h/);
  // Having logged out on the host, the box's old login does not come back, but a new one does.
  await Deno.remove(`${user.home}${LOGIN}`);
  await user.ok(["shell", "--", "true"], { cwd });
  await assert.rejects(hostLogin(user));
  await user.ok(["crab", "reauth"], { cwd });
  assert.equal((await hostLogin(user)).claudeAiOauth.accessToken, "by-browser");
  // A box whose login is guarded does not keep what it has brought about.
  await user.ok(["box", "config", "network=filtered"], { cwd });
  await user.ok(["crab", "reauth", "--force"], { cwd });
  const inHome = `${user.data}/boxes/${cwd.slice(cwd.lastIndexOf("/") + 1)}/shell${LOGIN}`;
  await assert.rejects(Deno.stat(inHome), Deno.errors.NotFound);
  const seen = await user.ok(["shell", "--", "cat", `/home/agent${LOGIN}`], { cwd });
  assert.match(seen, /"kanibako-secret-/);
  assert.doesNotMatch(seen, /by-browser/);
});

Deno.test("a login renewed in a session comes back when the user leaves it", async () => {
  await using box = await loggedIn(`console.log("here we are"); setTimeout(() => {}, 600_000);`);
  const { user, cwd } = box;
  await using terminal = await Terminal.open(user, [], cwd);
  await terminal.shows("here we are");
  await renew(user, cwd);
  await terminal.press("C-b", "d");
  assert.equal(await terminal.ended(), 0);
  await until(async () => (await hostLogin(user)).claudeAiOauth.accessToken === "new-token");
  await hostHasRenewed(user);
});

Deno.test("a login renewed in a foreground box comes back", async () => {
  await using box = await loggedIn(`
    import { writeFileSync } from "node:fs";
    writeFileSync(process.env.HOME + "${LOGIN}", words.at(-1));`);
  const { user, cwd } = box;
  await user.ok(["start", "--ephemeral", "--", JSON.stringify(renewed())], { cwd });
  await hostHasRenewed(user);
});

Deno.test("an older login of a box does not replace the host's", async () => {
  await using box = await loggedIn(`
    import { writeFileSync } from "node:fs";
    writeFileSync(process.env.HOME + "${LOGIN}", words.at(-1));`);
  const { user, cwd } = box;
  await user.ok(["start", "--ephemeral", "--", JSON.stringify(login("stale-token", Date.now() - 1000))], {
    cwd,
  });
  assert.equal((await hostLogin(user)).claudeAiOauth.accessToken, "old-token");
});

Deno.test("a login renewed on the host reaches a box that runs, when it is entered", async () => {
  await using box = await loggedIn(`console.log("here we are"); setTimeout(() => {}, 600_000);`);
  const { user, cwd } = box;
  await user.ok(["start"], { cwd });
  await Deno.writeTextFile(`${user.home}${LOGIN}`, JSON.stringify(renewed()));
  await using terminal = await Terminal.open(user, [], cwd);
  await terminal.shows("here we are");
  const seen = async () => (await user.run(["shell", "--", "cat", `/home/agent${LOGIN}`], { cwd })).stdout;
  await until(async () => (await seen()).includes("new-token"), undefined, "the new login did not arrive");
});

Deno.test("a box with a login of its own neither gets the host's nor gives its own", async () => {
  await using box = await loggedIn(`setTimeout(() => {}, 600_000);`);
  const { user, cwd } = box;
  await user.ok(["create", "--distinct-auth"], { cwd });
  await user.ok(["start"], { cwd });
  assert.notEqual((await user.run(["shell", "--", "test", "-e", `/home/agent${LOGIN}`], { cwd })).code, 0);
  await renew(user, cwd);
  await user.ok(["stop"], { cwd });
  await user.exitRecord();
  assert.equal((await hostLogin(user)).claudeAiOauth.accessToken, "old-token");
});

Deno.test("an agent's conversations stay in its box from one session to the next", async () => {
  await using box = await loggedIn(`
    import { appendFileSync, readFileSync } from "node:fs";
    appendFileSync(process.env.HOME + "/.claude/said", words.at(-1) + ";");
    console.log(readFileSync(process.env.HOME + "/.claude/said", "utf8"));`);
  const { user, cwd } = box;
  assert.equal(await user.ok(["start", "--ephemeral", "--", "one"], { cwd }), "one;\n");
  assert.equal(await user.ok(["start", "--ephemeral", "--", "two"], { cwd }), "one;two;\n");
});

interface LoginFile {
  claudeAiOauth: { accessToken: string; refreshToken: string; expiresAt: number };
  mcpOAuth?: unknown;
}

function login(accessToken: string, expiresAt: number): LoginFile {
  return { claudeAiOauth: { accessToken, refreshToken: `refresh-${accessToken}`, expiresAt } };
}

function renewed(): LoginFile {
  return login("new-token", Date.now() + 8 * 3600_000);
}

async function hostLogin(user: User): Promise<LoginFile> {
  return JSON.parse(await Deno.readTextFile(`${user.home}${LOGIN}`));
}

async function hostHasRenewed(user: User): Promise<void> {
  const host = await hostLogin(user);
  assert.equal(host.claudeAiOauth.accessToken, "new-token");
  assert.deepEqual(host.mcpOAuth, { server: "other-secret" });
  const { mode, uid } = await Deno.stat(`${user.home}${LOGIN}`);
  assert.deepEqual([mode! & 0o777, uid], [0o600, Deno.uid()]);
}

/** What the agent does when it renews its login. */
async function renew(user: User, cwd: string): Promise<void> {
  const script = `mkdir -p ~/.claude && cat >~${LOGIN}.tmp && mv ~${LOGIN}.tmp ~${LOGIN}`;
  await user.ok(["shell", "--", "sh", "-c", script], { cwd, input: JSON.stringify(renewed()) });
}

/** A user who is logged in on the host, and an agent that does as asked. */
async function loggedIn(script: string): Promise<{ user: User; cwd: string } & AsyncDisposable> {
  const user = await User.make();
  const cwd = await user.folder();
  Object.assign(user.env, await installAgent(user.home, script));
  await Deno.mkdir(`${user.home}/.claude`, { mode: 0o700 });
  const file = { ...login("old-token", Date.now() + 3600_000), mcpOAuth: { server: "other-secret" } };
  await Deno.writeTextFile(`${user.home}${LOGIN}`, JSON.stringify(file), { mode: 0o600 });
  return { user, cwd, [Symbol.asyncDispose]: () => user[Symbol.asyncDispose]() };
}
