import assert from "node:assert/strict";
import { readLevels } from "../../lib/config/levels.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import { networkFile } from "../../lib/config/box_state.ts";
import { readJson } from "../../lib/host/store.ts";
import { NETWORK_FILE } from "../../lib/net/network_file.ts";
import { networkRules, rulesGiven } from "../../lib/session/network.ts";
import { writeLaterNetwork } from "../../lib/session/network_files.ts";
import { createProject } from "../../lib/project/create.ts";
import { sourceText } from "../../lib/spec/source.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

const claude = findTarget("claude");

async function rules(
  sandbox: Sandbox,
  { writable = [], foreign = false, system = "" }: {
    writable?: string[];
    foreign?: boolean;
    system?: string;
  } = {},
) {
  const host = await sandbox.open(system);
  const place = { mode: "default", path: "/w", metadata: `${sandbox.root}/none` } as const;
  const settings = settingsFrom(await readLevels(host, place), undefined, {});
  const found = await networkRules({ host, settings, agent: claude, writable, foreign });
  return found.map(({ text, from }) => `${text} ${sourceText(from)}`);
}

Deno.test("@packages opens the registries that the user's own configuration names, where it is allowed", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.write("home/.npmrc", "registry=https://npm.example.com/\n");
  const line = "npm.example.com your ~/.npmrc";
  assert.ok((await rules(sandbox)).includes(line));
  assert.ok(!(await rules(sandbox, { system: '[network]\npresets = ["@git"]\n' })).includes(line));
  const set = '[network]\npresets = []\n[network.rule]\n"@packages" = "allow"\n';
  assert.ok((await rules(sandbox, { system: set })).includes(line));
  assert.ok(!(await rules(sandbox, { foreign: true })).includes(line));
});

Deno.test("T10: a configuration that a box could have written names no registry, be it by a link", async () => {
  await using sandbox = await Sandbox.make();
  const line = "evil.example.com your ~/.npmrc";
  const text = "registry=https://evil.example.com/\n";
  const folder = await sandbox.folder("dotfiles");
  await sandbox.write(`${folder}/npmrc`, text);
  await Deno.symlink(`${folder}/npmrc`, `${sandbox.root}/home/.npmrc`);
  // As long as it is nobody's project, it is the user's own.
  assert.ok((await rules(sandbox)).includes(line));
  assert.ok(!(await rules(sandbox, { writable: [folder] })).includes(line), "a share");
  // A folder with a link of the home into it cannot become a project; one that is can be linked into.
  await Deno.remove(`${sandbox.root}/home/.npmrc`);
  await createProject(await sandbox.open(), { path: folder, mode: "default", layout: "default" });
  await Deno.symlink(`${folder}/npmrc`, `${sandbox.root}/home/.npmrc`);
  assert.ok(!(await rules(sandbox)).includes(line), "another project's workspace");
  await Deno.remove(`${sandbox.root}/home/.npmrc`);
  const file = await sandbox.write("home/.npmrc", text);
  assert.ok((await rules(sandbox)).includes(line));
  await Deno.chmod(file, 0o666);
  assert.ok(!(await rules(sandbox)).includes(line), "a file that others can write");
});

Deno.test("@agent opens what the agent needs, and where its variables lead", async () => {
  await using sandbox = await Sandbox.make();
  const plain = await rules(sandbox);
  assert.ok(plain.includes("api.anthropic.com target claude"));
  await sandbox.write("data/kanibako/env", "ANTHROPIC_BASE_URL=https://llm.example.com:8443/v1\n");
  await Deno.chmod(`${sandbox.root}/data/kanibako`, 0o700);
  assert.ok((await rules(sandbox)).includes("llm.example.com:8443 target claude"));
});

Deno.test("a rule that is set while a box is being started is in effect in it", async () => {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open("");
  const place = { mode: "default", path: "/w", metadata: `${sandbox.root}/none` } as const;
  const settings = settingsFrom(await readLevels(host, place), undefined, {});
  const of = { host, settings, agent: claude, writable: [], foreign: false };
  const state = `${sandbox.root}/state/box`;
  const written = async () => {
    await writeLaterNetwork(of, { state, place, proxy: {} });
    return (await readJson(networkFile(state), NETWORK_FILE))?.rules.map(({ text }) => text);
  };
  assert.equal(await written(), undefined, "nothing has changed");
  await Deno.writeTextFile(sandbox.configFile, '[network.rule]\n"evil.example" = "refuse"\n');
  const rules = await written();
  assert.ok(rules?.includes("!evil.example") && rules.includes("api.anthropic.com"));
});

Deno.test("--allow takes rules and presets, in their form, and refuses what cannot be used", async () => {
  const found = await rulesGiven(["Example.com", "@containers", "!gist.github.com"]);
  assert.deepEqual(found.filter(({ preset }) => preset === undefined).map(({ text }) => text), [
    "example.com",
    "!gist.github.com",
  ]);
  assert.ok(found.some(({ text, preset }) => text === "ghcr.io" && preset === "containers"));
  assert.ok(found.every(({ from }) => sourceText(from) === "--allow flag"));
  for (const word of ["*.com", "10.0.0.1", "get example.com", "@none"]) {
    await assert.rejects(rulesGiven([word]), /Cannot use/, word);
  }
});
