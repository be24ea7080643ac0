import assert from "node:assert/strict";
import { approveProject, askApproval } from "../../../lib/app/config/approval.ts";
import { agentStates } from "../../../lib/app/crab/agents.ts";
import { crabInfo } from "../../../lib/app/crab/info.ts";
import { create } from "../../../lib/app/project/create.ts";
import { planSession } from "../../../lib/app/project/plan.ts";
import { ownAgents } from "../../../lib/project/own_agents.ts";
import type { Project } from "../../../lib/project/project.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { findAgent } from "../../../lib/session/find_agent.ts";
import { fromFlag } from "../../../lib/spec/source.ts";
import { runTarget } from "../../../targets/discover.ts";
import { AppWorld } from "../world.ts";

const TEXT = `name = "ours"
title = "Ours"
install = "Nothing"
hosts = ["api.ours.example"]
keys = ["OURS_KEY"]
[provision]
rig = "/opt/ours/ours"
`;

interface World {
  readonly world: AppWorld;
  readonly project: Project;
  write(name: string, text: string): Promise<void>;
  approve(): Promise<unknown>;
}

async function inProject(test: (world: World) => Promise<void>): Promise<void> {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  await create(world.host, { path, cwd: "/" });
  await test({
    world,
    project: await locateProject(world.host, path),
    write: async (name, text) => {
      await Deno.mkdir(`${path}/.kanibako/plugins`, { recursive: true });
      await Deno.writeTextFile(`${path}/.kanibako/plugins/${name}`, text);
    },
    approve: () => approveProject(world.host, path, "/"),
  });
}

const named = (value: string) => ({ value, level: "flag" as const, from: fromFlag("--crab") });

Deno.test("P-agent: an agent that came with a project is none before its content was approved, and none after it changed", () =>
  inProject(async ({ world, project, write, approve }) => {
    await write("ours.toml", TEXT);
    assert.deepEqual((await ownAgents(world.host.dirs, project)).approved, []);
    await assert.rejects(approve(), { name: "Aborted" });
    world.ui.yes = true;
    assert.deepEqual((await ownAgents(world.host.dirs, project)).approved, []);
    await approve();
    const { approved, waiting } = await ownAgents(world.host.dirs, project);
    assert.deepEqual([approved.map(({ name }) => name), waiting], [["ours"], []]);
    await write("ours.toml", TEXT.replace("api.", "*."));
    const changed = await ownAgents(world.host.dirs, project);
    assert.deepEqual([changed.approved, changed.waiting.map(({ before }) => before)], [[], [TEXT]]);
    // It was approved for this project alone.
    assert.deepEqual((await ownAgents(world.host.dirs, { path: await world.folder("other") })).approved, []);
  }));

Deno.test("an agent that came with a project is shown once it is approved, and before that the command that does", () =>
  inProject(async ({ world, project, write, approve }) => {
    await write("ours.toml", TEXT);
    await assert.rejects(crabInfo(world.host, "ours", project.path), {
      code: "unknown-crab",
      message: /You have not approved the agent ours/,
      hints: ["To see what it asks for, and to approve it: kanibako box approve"],
    });
    world.ui.yes = true;
    await approve();
    const { crab, target, unapproved } = await crabInfo(world.host, "ours", project.path);
    assert.deepEqual([crab.name, target?.name, unapproved], ["Ours", "ours", false]);
    await write("ours.toml", TEXT.replace("api.", "*."));
    await assert.rejects(crabInfo(world.host, "ours", project.path), { code: "unknown-crab" });
  }));

Deno.test("what was approved of a project is checked once", () =>
  inProject(async ({ world, project, write, approve }) => {
    const { dirs } = world.host;
    await write("ours.toml", TEXT);
    world.ui.yes = true;
    await approve();
    await ownAgents(dirs, project);
    const [kept, ...others] = [...Deno.readDirSync(`${dirs.cache}/agents`)].map(({ name }) => name);
    assert.deepEqual(others, []);
    const file = `${dirs.cache}/agents/${kept}`;
    await Deno.writeTextFile(
      file,
      (await Deno.readTextFile(file)).replace(/"title":"[^"]*"/, '"title":"Kept"'),
    );
    assert.deepEqual((await ownAgents(dirs, project)).approved.map(({ displayName }) => displayName), [
      "Kept",
    ]);
  }));

Deno.test("P-agent: what an agent of a project asks for is shown before it is approved, and only what was shown is", () =>
  inProject(async ({ world, project, write, approve }) => {
    await write("ours.toml", TEXT);
    world.ui.yes = true;
    const confirm = world.ui.confirm.bind(world.ui);
    // A box changes the file while the question stands.
    world.ui.confirm = async (question) => {
      await write("ours.toml", TEXT.replace("api.", "evil."));
      return await confirm(question);
    };
    await approve();
    const note = world.ui.notes.find(({ code }) => code === "agent-asks");
    const shown = JSON.stringify(note?.values);
    for (const part of ["api.ours.example", "OURS_KEY", "/opt/ours/ours"]) {
      assert(shown.includes(part), shown);
    }
    const { approved, waiting } = await ownAgents(world.host.dirs, project);
    assert.deepEqual([approved.length, waiting[0]?.before], [0, TEXT]);
  }));

Deno.test("P-agent: whatever an agent of a project gets of this machine is named before it is approved", () =>
  inProject(async ({ world, write, approve }) => {
    await write(
      "ours.toml",
      `name = "ours"
title = "Ours"
install = "Install it."
keys = ["OURS_KEY"]
hosts = ["api.ours.example"]
addresses = ["OURS_URL"]
conversations = ".ours/talks/{project}"
[find]
names = ["ours-cli"]
python = { package = "ours-py" }
npm = { package = "ours-npm" }
[mount]
companions = ["share/ours-extra"]
[config]
folder = ".ours"
account = [".ours.json"]
[log_in]
words = ["login"]
port = 4711
[[login]]
path = ".ours/login.json"
format = "json"
secret = ["token"]
[[home]]
path = ".ours/x.json"
from = ".ours/from.json"
keys = ["a"]
[[own]]
part = "skills"
path = ".ours/skills/"
[[servers]]
kind = "mcp"
path = ".ours/servers.json"
key = "mcp"
format = "json"
[[resources]]
path = "cached/"
scope = "seeded"
description = "x"
`,
    );
    world.ui.yes = true;
    await approve();
    const shown = JSON.stringify(world.ui.notes.find(({ code }) => code === "agent-asks")?.values);
    for (
      const part of (
        "OURS_KEY api.ours.example OURS_URL .ours/talks ours-cli ours-py ours-npm share/ours-extra .ours.json 4711 " +
        ".ours/login.json .ours/from.json .ours/skills .ours/servers.json cached/"
      ).split(" ")
    ) assert(shown.includes(part), `${part} is not in ${shown}`);
  }));

Deno.test("P-agent: no link, no large file and no file of another name among a project's agents is read", () =>
  inProject(async ({ world, project, write }) => {
    await write("ours.toml", TEXT);
    await Deno.symlink(`${world.sandbox.root}/secret.toml`, `${project.path}/.kanibako/plugins/link.toml`);
    await Deno.writeTextFile(`${world.sandbox.root}/secret.toml`, TEXT);
    await write("large.toml", TEXT + "#".repeat(70_000));
    await write("Not an id.toml", TEXT);
    const names = async () => (await ownAgents(world.host.dirs, project)).waiting.map(({ name }) => name);
    assert.deepEqual(await names(), ["ours"]);
    await Deno.rename(`${project.path}/.kanibako`, `${world.sandbox.root}/elsewhere`);
    await Deno.symlink(`${world.sandbox.root}/elsewhere`, `${project.path}/.kanibako`);
    assert.deepEqual(await names(), []);
  }));

Deno.test("P-agent: a project's agent that would run code of the host cannot be approved", () =>
  inProject(async ({ world, write, approve }) => {
    world.ui.yes = true;
    await write("ours.toml", `${TEXT}[program]\npath = "x"\nanswers = ["find"]\n`);
    await assert.rejects(approve(), { code: "bad-plugin", message: /only for your own plugins/ });
  }));

Deno.test("an approved agent of a project is found by name, takes the place of a shipped one there, and its run says what it was", () =>
  inProject(async ({ world, project, write, approve }) => {
    world.ui.yes = true;
    await write("ours.toml", TEXT);
    await write("claude.toml", TEXT.replaceAll("ours", "claude"));
    await approve();
    const { approved: own } = await ownAgents(world.host.dirs, project);
    const { target, install } = await findAgent(world.host, named("ours"), { own, exists: true });
    assert.deepEqual([target.displayName, install.method], ["Ours", "in the rig"]);
    const claude = await findAgent(world.host, named("claude"), { own, exists: true });
    assert.deepEqual([claude.target.displayName, claude.target.origin?.overrides], ["Ours", "shipped"]);
    const { declared } = target.origin!;
    await Deno.remove(`${project.path}/.kanibako`, { recursive: true });
    assert.equal(runTarget({ agent: "ours", declared: declared! })?.displayName, "Ours");
    assert.throws(() => runTarget({ agent: "ours" }), { code: "unknown-agent" });
  }));

Deno.test("a shell in a filtered network may reach what its agent must, also one that the project brings along", () =>
  inProject(async ({ world, project, write, approve }) => {
    const rules = async () => {
      const { spec: { network } } = await planSession({
        host: world.host,
        cwd: project.path,
        kind: "shell",
        words: [],
        flags: { network: "filtered" },
      });
      return JSON.stringify(network);
    };
    world.ui.yes = true;
    await write("ours.toml", TEXT);
    assert.doesNotMatch(await rules(), /api\.ours\.example/);
    await approve();
    assert.match(await rules(), /api\.ours\.example/);
  }));

Deno.test("an agent of a project that is not approved is listed as such, and asked for on a terminal", () =>
  inProject(async ({ world, project, write }) => {
    await write("ours.toml", TEXT);
    const listed = (await agentStates(world.host, project.path)).find(({ id }) => id === "ours");
    assert.deepEqual([listed?.unapproved, listed?.origin.tier], [true, "project"]);
    const { AgentNotApproved } = await import("../../../lib/project/own_agents.ts");
    const [waiting] = (await ownAgents(world.host.dirs, project)).waiting;
    const error = new AgentNotApproved(project, waiting!);
    await assert.rejects(askApproval(world.host, error), { code: "not-approved" });
    world.ui.attended = true;
    world.ui.yes = true;
    await askApproval(world.host, error);
    assert.equal((await ownAgents(world.host.dirs, project)).approved.length, 1);
  }));

Deno.test("F9: what is no agent but a shell is refused with the command that opens one, and not among the known", () =>
  inProject(async ({ world }) => {
    const refused = async (name: string) => {
      const crab = named(name);
      return await findAgent(world.host, crab, { own: [], exists: false }).then(
        () => assert.fail(name),
        (error: Error & { hints: readonly string[] }) => [error.message, ...error.hints].join("\n"),
      );
    };
    assert.match(await refused("no_agent"), /is no agent, but a shell[^]*Open a shell: kanibako shell/);
    assert.doesNotMatch(await refused("nosuch"), /no_agent/);
  }));

Deno.test("F6, D9: no agent: 1 where a project exists, 0 where none does, and what was found and cannot be used is named", () =>
  inProject(async ({ world }) => {
    const none = async (exists: boolean) => {
      try {
        await findAgent(world.host, named(""), { own: [], exists });
        return undefined;
      } catch (error) {
        return error as Error & { exitCode: number; hints: readonly string[] };
      }
    };
    assert.deepEqual([(await none(true))?.exitCode, (await none(false))?.exitCode], [1, 0]);
    const path = `${world.sandbox.root}/bin/codex`;
    await Deno.writeTextFile(path, "#!/bin/sh\nexec something else\n", { mode: 0o755 });
    const unusable = await none(true);
    assert.equal(unusable?.message, "No agent on this machine can be used in a box.");
    assert.match(unusable!.hints[0]!, /^Codex: .*\/bin\/codex cannot be shown to a box: /);
  }));
