/** Every setting acts, at every level at which it can be made, and being set is what counts. */

import { findTarget } from "../../targets/discover.ts";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { agentPart } from "../../lib/session/find_agent.ts";
import { SETTINGS } from "../../lib/config/settings/all.ts";
import { resolveSettings } from "../../lib/config/resolve.ts";
import type { Setting, Settings } from "../../lib/config/settings.ts";
import { readCrabFile } from "../../lib/crab/file.ts";
import { createProject } from "../../lib/project/create.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { Sandbox } from "../config/support.ts";

const claude = findTarget("claude");

type Levels = "box" | "workset" | "crab" | "system";

/** Where a setting shows: a value that is not its default, the default, and where the answer is. */
const ACTING: Readonly<
  Record<string, [text: string, fallback: string, pick: (all: Settings) => Setting<unknown>]>
> = {
  "box.image": ['"min"', '"oci"', (all) => all.image],
  "box.crab": ['"codex"', '""', (all) => all.crab],
  "box.security": ['"strict"', '""', (all) => all.security],
  "box.network": ['"none"', '"open"', (all) => all.network],
  "box.memory": ['"1g"', '"none"', (all) => all.memory],
  "box.cpus": ["2", '"none"', (all) => all.cpus],
  "box.pids": ["99", "2048", (all) => all.pids],
  "box.git_access": ['"read"', '"none"', (all) => all.gitAccess],
  "box.devcontainer": ['"yes"', '"ask"', (all) => all.devcontainer],
  "box.idle_timeout": ['"2h"', '"none"', (all) => all.idleTimeout],
  "box.max_duration": ['"2h"', '"none"', (all) => all.maxDuration],
  "box.ports": ['["3000"]', "[]", (all) => all.ports],
  "box.steward": ["false", "true", (all) => all.steward],
  "box.comms": ["false", "true", (all) => all.comms],
  "box.sweep": ["false", "true", (all) => all.sweep],
  "box.workspace_path": ['"host"', '"home"', (all) => all.workspacePath],
  "box.browser": ["true", "false", (all) => all.browser],
  "box.browser_image": ['"mine"', '"browser"', (all) => all.browserImage],
  "box.share_images": ["true", "false", (all) => all.shareImages],
  "own.parts": ['["skills"]', "[]", (all) => all.own.parts],
  "own.conversations": ["true", "false", (all) => all.own.conversations],
  "mcp.servers": ['["docs"]', "[]", (all) => all.own.mcp],
  "lsp.servers": ['["ts"]', "[]", (all) => all.own.lsp],
  "persistence": ['"ephemeral"', '"persistent"', (all) => all.persistence],
  "start_mode": ['"resume"', '"continue"', (all) => all.startMode],
  "autonomous": ["false", "true", (all) => all.autonomous],
  "model": ['"haiku"', '""', (all) => all.agent["model"]!],
  "report": ['"full"', '"brief"', (all) => all.report],
  "report.protect": ['"hooks"', '"none"', (all) => all.protect],
  "terminal.clipboard": ["true", "false", (all) => all.terminal.clipboard],
  "terminal.title": ["true", "false", (all) => all.terminal.title],
  "allow_helpers": ["false", "true", (all) => all.allowHelpers],
  "spawn.depth": ["2", "4", (all) => all.spawnDepth],
  "spawn.breadth": ["-1", "4", (all) => all.spawnBreadth],
  "spawn.total": ["3", "64", (all) => all.spawnTotal],
  "spawn.rate": ["7", "30", (all) => all.spawnRate],
  "spawn.memory": ['"8g"', '"none"', (all) => all.spawnMemory],
  "spawn.cpus": ["2", '"none"', (all) => all.spawnCpus],
  "spawn.images": ['["min"]', "[]", (all) => all.spawnImages],
  "spawn.time": ['"2h"', '"none"', (all) => all.spawnTime],
  "spawn.guide": ["true", "false", (all) => all.spawnGuide],
  "access": ['"ask"', '""', (all) => all.agent["access"]!],
};

/** Settings with lines in the files of these levels. */
async function settings(lines: Partial<Record<Levels, string>>): Promise<Settings> {
  await using box = await Sandbox.make();
  const host = await box.open(lines.system ?? "");
  const { paths } = host.system;
  const metadata = `${paths.boxes}/app`;
  if (lines.box !== undefined) await box.write(`${metadata}/project.toml`, lines.box);
  if (lines.workset !== undefined) await box.write(paths.defaultWorkset, lines.workset);
  if (lines.crab !== undefined) await box.write(`${paths.crabs}/claude.toml`, lines.crab);
  const crab = await readCrabFile(paths, "claude");
  return await resolveSettings(host, { mode: "default", path: "/w/app", metadata }, crab, {});
}

const line = (level: Levels, name: string, value: string) => {
  const { stored } = SETTINGS.keys.find((key) => key.name === name)!;
  return `${level === "crab" ? `crab.${name}` : stored} = ${value}\n`;
};

for (const [name, [text, fallback, pick]] of Object.entries(ACTING)) {
  const { levels } = SETTINGS.keys.find((key) => key.name === name)!;
  Deno.test(`${name} acts at each of its levels, and a value equal to the default overrides a weaker level`, async () => {
    const strongestFirst = (["box", "workset", "crab", "system"] as const).filter((level) =>
      levels.includes(level)
    );
    for (const [at, level] of strongestFirst.entries()) {
      const set = await settings({ [level]: line(level, name, text) });
      strictEqual(pick(set).level, level, level);
      for (const weaker of strongestFirst.slice(at + 1)) {
        const both = await settings({
          [level]: line(level, name, fallback),
          [weaker]: line(weaker, name, text),
        });
        strictEqual(pick(both).level, level, `${level} over ${weaker}`);
        ok(pick(both).value !== pick(set).value, `${level} over ${weaker}: ${pick(both).value}`);
      }
    }
  });
}

Deno.test("every setting of boxes is one of those that act, is of the project itself, or warns that it does not act", () => {
  const others = SETTINGS.keys.filter((key) =>
    !(key.name in ACTING) && key.fixed !== true && key.levels.includes("box") && key.missing === undefined
  );
  // They act where a project is described or made, and in the vault.
  // What belongs to a filtered network acts in the file that its door reads: see tests/net.
  const elsewhere = others.map(({ name }) => name).filter((name) => !/^(vault|network)\./.test(name));
  deepStrictEqual(elsewhere.sort(), ["group_auth"]);
});

/** The agent's words for a box with these settings. */
async function words(box: string, hasConversation = true): Promise<readonly string[]> {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open();
  const binary = await sandbox.write("claude", "");
  const install = { name: "claude", binary, method: "native" };
  const found = { target: claude, install, crab: undefined };
  const part = await agentPart(
    host,
    found,
    await settings({ box }),
    { words: [], flags: {} },
    hasConversation,
  );
  return part.command.args;
}

Deno.test("D15: start_mode, autonomous, access and model reach the agent's command line", async () => {
  deepStrictEqual(await words("[crab]\nstart_mode = 'continue'\nmodel = ''\nautonomous = false\n"), [
    "--continue",
  ]);
  deepStrictEqual(await words("[crab]\nstart_mode = 'resume'\nmodel = ''\nautonomous = false\n"), [
    "--resume",
  ]);
  deepStrictEqual(await words("[crab]\nstart_mode = 'new'\nmodel = 'haiku'\nautonomous = false\n"), [
    "--model",
    "haiku",
  ]);
  // D15: where nothing says which, the agent chooses.
  ok(!(await words("[crab]\nstart_mode = 'new'\n")).includes("--model"));
  const free = await words("[crab]\nstart_mode = 'new'\nmodel = ''\n");
  strictEqual(free[0], "--dangerously-skip-permissions");
  const { choices } = claude.settings.find(({ key }) => key === "access")!;
  const perAccess = await Promise.all(
    choices.map((access) => words(`[crab]\nstart_mode = 'new'\nmodel = ''\naccess = '${access}'\n`)),
  );
  ok(new Set(perAccess.map((one) => one.join(" "))).size > 1, "access changes nothing");
});

Deno.test("auth acts for a box and for all of them: who says no wins", async () => {
  for (
    const [system, workset, box, shared] of [
      ["", "", true, true],
      ["", "", false, false],
      ["group_auth = 'distinct'\n", "", true, false],
      ["", "[project]\ngroup_auth = false\n", true, false],
    ] as const
  ) {
    await using sandbox = await Sandbox.make();
    const host = await sandbox.open(system === "" ? "" : `[project]\n${system}`);
    if (workset !== "") await sandbox.write(host.system.paths.defaultWorkset, workset);
    const path = await sandbox.folder("app");
    await createProject(host, { path, distinctAuth: !box });
    strictEqual((await locateProject(host, path)).sharedAuth, shared, `${system} ${workset} ${box}`);
  }
});

Deno.test("vault.enabled acts for new projects, and for one box", async () => {
  await using sandbox = await Sandbox.make();
  const off = await sandbox.open("[project]\nenable_vault = false\n");
  const path = await sandbox.folder("off");
  strictEqual((await createProject(off, { path })).vault, undefined);
  strictEqual(
    (await createProject(off, { path: await sandbox.folder("on"), vault: true })).vault !== undefined,
    true,
  );
});
