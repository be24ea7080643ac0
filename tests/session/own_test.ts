import assert from "node:assert/strict";
import { levelsBelow } from "../../lib/config/effective.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import { readSteps } from "../../lib/crab/steps.ts";
import type { Session } from "../../lib/session/gather.ts";
import { ownOf } from "../../lib/session/own.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

Deno.test("H4: another user's box gets nothing of root's own configuration, and one's own box does", async () => {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open('[own]\nparts = ["all"]\n[mcp]\nservers = ["one", "none"]\n');
  await sandbox.write("home/.claude/CLAUDE.md", "mine");
  await sandbox.write("home/.claude.json", JSON.stringify({ mcpServers: { one: { command: "x" } } }));
  const session = {
    host,
    agent: { target: findTarget("claude") },
    project: { path: await sandbox.folder("app"), state: `${sandbox.root}/state/app`, sharedAuth: true },
    settings: settingsFrom(await levelsBelow(host, "system"), undefined, {}),
    steps: await readSteps(`${sandbox.root}/state/app`),
  } as unknown as Session;
  assert.equal(await ownOf({ ...session, foreign: { uid: 1000, left: [] } }), undefined);
  const given = await ownOf(session);
  assert.deepEqual(given?.own.parts.map(({ path }) => path), [".claude/CLAUDE.md"]);
  assert.deepEqual(Object.keys(given!.own.servers[0]!.servers), ["one"]);
  assert.match(JSON.stringify(sandbox.ui), /names \\"none\\", but Claude Code has no such server/);
});
