import assert from "node:assert/strict";
import { withAgent } from "../support/agent_user.ts";

// What the agent finds in its home, as JSON.
const AGENT = `
import { existsSync, readdirSync, readFileSync } from "node:fs";
const home = process.env.HOME;
const read = (path) => existsSync(home + path) ? readFileSync(home + path, "utf8") : null;
const host = home + "/.claude/projects/-home-agent-workspace-host";
console.log(JSON.stringify({
  settings: read("/.claude/settings.json"),
  skill: read("/.claude/skills/a/SKILL.md"),
  servers: JSON.parse(read("/.claude.json") ?? "{}").mcpServers ?? null,
  host: existsSync(host) ? readdirSync(host) : null,
}));`;

Deno.test("C16, C18, D16: a box has what is chosen of the user's own, and what it lacks is said", async () => {
  await using world = await withAgent(AGENT);
  const { user, cwd } = world;
  const write = async (path: string, text: string) => {
    await Deno.mkdir(`${user.home}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${user.home}/${path}`, text);
  };
  const hook = (command: string) => ({ hooks: [{ type: "command", command }] });
  const settings = { hooks: { PreToolUse: [hook(`${user.home}/.claude/hooks/g`), hook("no-such-guard")] } };
  await write(".claude/settings.json", JSON.stringify(settings));
  await write(".claude/hooks/g", "#!/bin/sh\n");
  await write(".claude/skills/a/SKILL.md", "mine");
  await write(
    ".claude.json",
    JSON.stringify({ mcpServers: { one: { command: "x" }, two: { command: "y" } } }),
  );
  await write(`.claude/projects/${cwd.replaceAll(/[^A-Za-z0-9]/g, "-")}/1.jsonl`, "{}");
  const start = async () => {
    const { code, stdout, stderr } = await user.run(["start", "--ephemeral"], { cwd });
    assert.equal(code, 0, stderr);
    return { found: JSON.parse(stdout.slice(stdout.indexOf("{"))), stderr };
  };
  const nothing = await start();
  assert.deepEqual(nothing.found, { settings: null, skill: null, servers: null, host: null });
  for (const word of ["own.parts=settings,skills", "mcp.servers=one", "own.conversations=true"]) {
    await user.run(["system", "config", word]);
  }
  const plan = await user.run(["start", "--plan"], { cwd });
  assert.match(plan.stdout, /\/home\/agent\/\.claude\/skills\/ +.*\.claude\/skills\/ +system config/);
  assert.match(plan.stdout, /\/home\/agent\/\.claude\.json +.*\.claude\.json +system config/);
  const { found } = await start();
  assert.match(found.settings, /"\/home\/agent\/\.claude\/hooks\/g"/);
  assert.deepEqual([found.skill, found.servers, found.host], ["mine", { one: { command: "x" } }, [
    "1.jsonl",
  ]]);
  // The box has looked, and from then on it is said; `crab info` has a look of its own.
  assert.match((await start()).stderr, /no-such-guard is not in the box, so a guard does not run there/);
  const { stdout } = await user.run(["crab", "info", "claude"], { cwd });
  assert.match(stdout, /no-such-guard is not in the box, so a guard/);
  assert.match(stdout, /\[ok\] MCP server: one\n\[--\] MCP server: two/);
});
