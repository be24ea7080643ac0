import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { setHere } from "../../../lib/app/config/change.ts";
import { crabScope } from "../../../lib/app/config/crab_scope.ts";
import { crabInfo, crabs } from "../../../lib/app/crab/info.ts";
import { loginState } from "../../../lib/app/crab/reauth.ts";
import { create } from "../../../lib/app/project/create.ts";
import { KanibakoError } from "../../../lib/host/error.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { agentOfProject } from "../../../lib/session/find_agent.ts";
import { setPlugins } from "../../../targets/known.ts";
import { renewLogin } from "../../../lib/app/crab/renew.ts";
import { running } from "../network/world.ts";
import { AppWorld } from "../world.ts";

Deno.test("configured agents are listed and shown, their secrets masked", async () => {
  await using world = await AppWorld.make();
  deepStrictEqual(await crabs(world.host), []);
  await rejects(crabInfo(world.host, "nobody"), { code: "unknown-crab" });
  // An agent of this program's own is known before its first start.
  strictEqual((await crabInfo(world.host, "claude")).crab.name, "Claude Code");
  const scope = await crabScope(world.host, "claude");
  await setHere(scope, "env.MY_TOKEN", "hunter2");
  await setHere(scope, "env.EDITOR", "vi");
  const { crab } = await crabInfo(world.host, "claude");
  deepStrictEqual(crab.env, { MY_TOKEN: "********", EDITOR: "vi" });
  strictEqual(JSON.stringify(await crabs(world.host)).includes("hunter2"), false);
});

/** A world with Claude Code and a project of each kind; `seen`: what has been written to its home. */
async function withAgent(): Promise<AppWorld> {
  const world = await AppWorld.make();
  const { path, bin } = {
    path: `${world.sandbox.root}/home/.local/bin`,
    bin: await Deno.readFile("/bin/true"),
  };
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeFile(`${path}/claude`, bin, { mode: 0o755 });
  await create(world.host, { path: await world.folder("shares"), cwd: "/" });
  await create(world.host, { path: await world.folder("own"), cwd: "/", distinctAuth: true });
  return world;
}

const LOGIN = ".claude/.credentials.json";
const login = (token: string) =>
  JSON.stringify({
    claudeAiOauth: { accessToken: token, refreshToken: "r", expiresAt: Date.now() + 8 * 3600_000 },
  });

async function write(home: string, text: string): Promise<void> {
  await Deno.mkdir(`${home}/.claude`, { recursive: true });
  await Deno.writeTextFile(`${home}/${LOGIN}`, text);
}

Deno.test("the state of a login is answered, of this machine or of the box's own, or why there is none", async () => {
  await using world = await withAgent();
  const { host, sandbox } = world;
  await rejects(loginState(host, "shares", "/"), { code: "not-logged-in" });
  await rejects(loginState(host, "own", "/"), { code: "not-logged-in" });
  await write(`${sandbox.root}/home`, login("host"));
  deepStrictEqual(await loginState(host, "shares", "/"), {
    agent: "Claude Code",
    detail: "expires in 8h",
    of: "machine",
  });
  await rejects(loginState(host, "own", "/"), { code: "not-logged-in" });
  const { home } = await locateProject(host, "own", "/");
  // A link that the box has made is not followed.
  await Deno.mkdir(`${home}/.claude`, { recursive: true });
  await Deno.symlink(`${sandbox.root}/home/${LOGIN}`, `${home}/${LOGIN}`);
  await rejects(loginState(host, "own", "/"), { code: "not-logged-in" });
  await Deno.remove(`${home}/${LOGIN}`);
  await write(home, login("box"));
  strictEqual((await loginState(host, "own", "/")).of, "box");
});

Deno.test("a login that boxes do not have is named with its remedy, and is no missing login", async () => {
  await using world = await withAgent();
  await Deno.mkdir(`${world.sandbox.root}/home/.claude`, { recursive: true });
  await Deno.writeTextFile(
    `${world.sandbox.root}/home/.claude/settings.json`,
    JSON.stringify({ apiKeyHelper: "/usr/local/bin/key" }),
  );
  const found = await loginState(world.host, "shares", "/").catch((error: KanibakoError) => error);
  ok(found instanceof KanibakoError);
  strictEqual(found.code, "login-elsewhere");
  match(
    [found.message, ...found.hints].join("\n"),
    /apiKeyHelper.*\n.*ANTHROPIC_API_KEY.*\n.*reauth --force/,
  );
});

Deno.test("F15: another agent is not taken silently in the place of one whose own declaration cannot be used", async () => {
  await using world = await withAgent();
  const { host, sandbox } = world;
  const project = await locateProject(host, "shares", "/");
  strictEqual((await agentOfProject(host, project)).target.name, "claude");
  deepStrictEqual(sandbox.ui.notes, []);
  const bin = `${sandbox.root}/home/.local/bin`;
  await Deno.copyFile(`${bin}/claude`, `${bin}/codex`);
  try {
    const problem = { name: "claude", file: "/claude.toml", message: "It is broken.", hints: [] };
    setPlugins({ plugins: new Map(), problems: new Map([["claude", problem]]) });
    strictEqual((await agentOfProject(host, project)).target.name, "codex");
  } finally {
    setPlugins();
  }
  match(JSON.stringify(sandbox.ui.notes), /The agent claude is not used: It is broken\./);
  try {
    const problem = { name: "mine.py", file: "/mine.py", message: "it is in Python", hints: [] };
    setPlugins({ plugins: new Map(), problems: new Map([["mine.py", problem]]) });
    strictEqual((await agentOfProject(host, project)).target.name, "claude");
  } finally {
    setPlugins();
  }
  match(JSON.stringify(sandbox.ui.notes), /The plugin mine\.py has no effect: it is in Python\./);
});

Deno.test("no login is begun in a box that runs another agent", async () => {
  await using world = await withAgent();
  const bin = `${world.sandbox.root}/home/.local/bin`;
  await Deno.rename(`${bin}/claude`, `${bin}/codex`);
  await running(world, "busy");
  const project = "busy";
  await rejects(renewLogin({ host: world.host, cwd: "/", project }), { code: "running" });
});
