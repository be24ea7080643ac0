import assert from "node:assert/strict";
import { levelsBelow } from "../../lib/config/effective.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import type { Session } from "../../lib/session/gather.ts";
import { ownHints } from "../../lib/session/own_hints.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

async function hints(sandbox: Sandbox, config = "", more: Partial<Session> = {}): Promise<string[]> {
  const host = await sandbox.open(config);
  return await ownHints({
    host,
    agent: { target: findTarget("claude") },
    project: { path: await sandbox.folder("app"), sharedAuth: true },
    settings: settingsFrom(await levelsBelow(host, "system"), undefined, {}),
    ...more,
  } as unknown as Session);
}

Deno.test("C16: a guard of the user's that boxes do not have is said when a box is made, with the setting that gives it", async () => {
  await using sandbox = await Sandbox.make();
  assert.deepEqual(await hints(sandbox), []);
  const command = (command: string) => [{ hooks: [{ type: "command", command }] }];
  await sandbox.write("home/.claude/settings.json", JSON.stringify({ model: "opus" }));
  assert.deepEqual(await hints(sandbox), []);
  const settings = { hooks: { PreToolUse: command(`${sandbox.root}/home/.claude/hooks/guard.sh`) } };
  await sandbox.write("home/.claude/settings.json", JSON.stringify(settings));
  const [said, ...others] = await hints(sandbox);
  assert.deepEqual(others, []);
  assert.match(said!, /guards in them do not run there: hooks.* in ~\/\.claude\/settings\.json/);
  assert.match(said!, /kanibako system config own\.parts=settings$/);
  // Where they are given, the start says what of them does not work; of another user's box nothing is said.
  assert.deepEqual(await hints(sandbox, '[own]\nparts = ["settings"]\n'), []);
  assert.deepEqual(await hints(sandbox, "", { foreign: { uid: 1000, left: [] } }), []);
  await sandbox.write("home/.claude/settings.json", "not json");
  assert.deepEqual(await hints(sandbox), []);
});

Deno.test("C17, C18: paths of this machine in what new boxes get a copy of are named: of hooks, status lines, key helpers and plugins", async () => {
  await using sandbox = await Sandbox.make();
  const home = `${sandbox.root}/home`;
  const root = (await sandbox.open()).system.paths.shared;
  assert.match(root, /\/shared$/);
  const write = (path: string, value: unknown) =>
    sandbox.write(`${root}/global/claude/${path}`, JSON.stringify(value));
  await write("settings.json", { statusLine: { command: "~/line.sh" }, other: `x${home}/not` });
  assert.deepEqual(await hints(sandbox), []);
  await write("settings.json", {
    statusLine: { command: `${home}/line.sh --short` },
    apiKeyHelper: `exec '${home}/key'`,
    hooks: [`${home}/.claude/hooks/guard.sh`, `${home}/.claude/hooks/other.sh`],
  });
  await write("plugins/installed_plugins.json", { a: [{ installPath: `${home}/.claude/plugins/a` }] });
  const said = await hints(sandbox);
  assert.equal(said.length, 2);
  assert.match(
    said.join("\n"),
    /settings\.json is copied to new boxes, .*\/line\.sh, \S+\/key, \S+guard\.sh and 1 more\./,
  );
  assert.match(said.join("\n"), /installed_plugins\.json is copied .*\/\.claude\/plugins\/a\./);
  // A link of a box's making leads nowhere.
  await Deno.remove(`${root}/global/claude/settings.json`);
  await Deno.symlink(`${home}/secret.json`, `${root}/global/claude/settings.json`);
  await sandbox.write("home/secret.json", `"${home}/x"`);
  assert.equal((await hints(sandbox)).length, 1);
});
