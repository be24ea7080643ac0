import assert from "node:assert/strict";
import { ENTER } from "../../lib/crab/enter/script.ts";
import { gatherOwn, type Own, type OwnRequest } from "../../lib/crab/own/gather.ts";
import { type OwnDelivery, ownDelivery } from "../../lib/crab/own/delivery.ts";
import { keepNeeds, seenLacking, settleNeeds } from "../../lib/crab/own/seen.ts";
import { lackingInHome, lackingText, stillLacking } from "../../lib/crab/own/lacking.ts";
import { recordDelivery, settleDelivery } from "../../lib/crab/delivery_record.ts";
import { prepareDelivery } from "../../lib/crab/prepare.ts";
import { hadOwn, readSteps } from "../../lib/crab/steps.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { HostMailbox } from "../../lib/runtime/cli/mailbox.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";

/** A user's home, and a box's home to which things are delivered without a container. */
class World implements AsyncDisposable {
  readonly host: string;
  readonly home: string;
  readonly state: string;
  #writable: string | undefined;
  constructor(readonly base: string) {
    this.host = `${base}/host`;
    this.home = `${base}/box`;
    this.state = `${base}/state`;
  }
  static async make(): Promise<World> {
    const world = new World(await Deno.realPath(await Deno.makeTempDir({ prefix: "own-" })));
    for (const folder of [world.host, world.home, world.state]) await Deno.mkdir(folder);
    return world;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.base, { recursive: true });
  }

  /** A folder, and what is in it, that a box can write. */
  boxWrites(folder: string): void {
    this.#writable = folder;
  }

  async write(path: string, content: unknown, mode = 0o644): Promise<void> {
    const full = `${this.host}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, typeof content === "string" ? content : JSON.stringify(content), { mode });
  }

  request(agent: string, change: Partial<OwnRequest["choice"]> & Partial<OwnRequest> = {}): OwnRequest {
    const { parts = [], mcp = [], lsp = [], ...rest } = change;
    const target = findTarget(agent);
    return {
      target,
      host: {
        home: this.host,
        place: (path) => `${this.host}/${path}`,
        boxFolders: () =>
          Promise.resolve({
            canWrite: (folder) =>
              this.#writable !== undefined && `${folder}/`.startsWith(`${this.#writable}/`),
          }),
      },
      choice: { parts, mcp, lsp },
      sharedAuth: true,
      project: "/src/app",
      ...rest,
    };
  }

  own(agent: string, change: Parameters<World["request"]>[1] = {}): Promise<Own> {
    return gatherOwn(this.request(agent, change));
  }

  /** Delivers as a start does. Returns what the box said it lacks. */
  async launch(agent: string, change: Parameters<World["request"]>[1] = {}): Promise<string | undefined> {
    const steps = await readSteps(this.state);
    const again = (await seenLacking(this.state)).length > 0;
    const delivery = await ownDelivery(
      agent,
      await this.own(agent, {
        had: (mark) => hadOwn(steps, agent, mark),
        ...change,
      }),
    );
    const own: OwnDelivery = { ...delivery, again };
    const prepared = await prepareDelivery({
      steps,
      agent: { target: findTarget(agent), install: { name: agent, binary: "/x", method: "native" } },
      template: "standard",
      host: targetHost(this.host, "/nowhere"),
      readLogin: () => Promise.resolve(undefined),
      sharedAuth: false,
      templates: `${this.base}/templates`,
      own,
      scopes: {},
      sweep: false,
    });
    if (!prepared?.delivery) return undefined;
    const run = `${this.state}/run`;
    await Deno.remove(run, { recursive: true }).catch(() => {});
    for (const folder of ["in", "out"]) await Deno.mkdir(`${run}/${folder}`, { recursive: true });
    await recordDelivery(run, prepared.delivery);
    await HostMailbox.open(run).put(prepared.files);
    await Deno.writeTextFile(`${run}/in/enter`, ENTER);
    const { stderr } = await new Deno.Command("/bin/dash", {
      args: [`${run}/in/enter`, "run", "/bin/true"],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH")!, HOME: this.home, KANIBAKO_RUN: run },
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    if (prepared.own) await keepNeeds(run, prepared.own);
    assert(await settleDelivery(this.state, run, HostMailbox.open(run)));
    await settleNeeds(this.state, run, HostMailbox.open(run));
    return await Deno.readTextFile(`${run}/out/own`).then((text) => text.trim(), () => undefined);
  }

  inBox(path: string): Promise<string> {
    return Deno.readTextFile(`${this.home}/${path}`);
  }
  async json(path: string): Promise<Record<string, unknown>> {
    return JSON.parse(await this.inBox(path));
  }
}

const GUARD = { hooks: { PreToolUse: [{ hooks: [{ type: "command", command: "" }] }] } };
function guarded(command: string): unknown {
  return { ...GUARD, hooks: { PreToolUse: [{ hooks: [{ type: "command", command }] }] } };
}

Deno.test("what is chosen of the user's own is in the box, with its paths, and nothing else is", async () => {
  await using world = await World.make();
  await world.write(".claude/settings.json", {
    ...guarded(`${world.host}/.claude/hooks/guard.sh --root /src/app`) as object,
    model: "x",
  });
  await world.write(".claude/hooks/guard.sh", "#!/bin/sh\n", 0o755);
  await world.write(".claude/skills/review/SKILL.md", "look");
  await world.write(".claude/CLAUDE.md", "be brief");
  await world.launch("claude", { parts: ["settings", "skills"] });
  const settings = await world.inBox(".claude/settings.json");
  assert.match(settings, /"\/home\/agent\/\.claude\/hooks\/guard\.sh --root \/home\/agent\/workspace"/);
  assert.doesNotMatch(settings, new RegExp(world.host));
  assert.equal((await Deno.stat(`${world.home}/.claude/hooks/guard.sh`)).mode! & 0o777, 0o700);
  assert.equal(await world.inBox(".claude/skills/review/SKILL.md"), "look");
  await assert.rejects(world.inBox(".claude/CLAUDE.md"), Deno.errors.NotFound);
});

Deno.test("what changes on the host follows into the box, unless the box has made it its own", async () => {
  await using world = await World.make();
  const parts = ["skills", "commands"];
  for (const name of ["a", "b", "c"]) await world.write(`.claude/skills/${name}.md`, "1");
  await world.write(".claude/commands/d.md", "1");
  await world.launch("claude", { parts });
  await Deno.writeTextFile(`${world.home}/.claude/skills/b.md`, "the box's");
  await Deno.remove(`${world.home}/.claude/skills/c.md`);
  for (const name of ["a", "b", "c", "e"]) await world.write(`.claude/skills/${name}.md`, "2");
  await world.launch("claude", { parts });
  assert.equal(await world.inBox(".claude/skills/a.md"), "2");
  assert.equal(await world.inBox(".claude/skills/b.md"), "the box's");
  await assert.rejects(world.inBox(".claude/skills/c.md"), Deno.errors.NotFound);
  assert.equal(await world.inBox(".claude/skills/e.md"), "2");
  // Nothing to do: nothing is delivered.
  assert.equal(await world.launch("claude", { parts }), undefined);
  // No longer chosen: what is as it was brought goes.
  await world.launch("claude", { parts: ["commands"] });
  await assert.rejects(world.inBox(".claude/skills/a.md"), Deno.errors.NotFound);
  assert.equal(await world.inBox(".claude/skills/b.md"), "the box's");
  assert.equal(await world.inBox(".claude/commands/d.md"), "1");
});

Deno.test("a box gets the MCP servers that are named, beside its own, and loses those that are named no more", async () => {
  await using world = await World.make();
  const servers = {
    one: { command: "one" },
    two: { url: "https://x", headers: { Authorization: "s3cret" } },
  };
  await world.write(".claude.json", { mcpServers: servers, oauthAccount: { emailAddress: "me" } });
  await world.launch("claude", { mcp: ["one"] });
  assert.deepEqual((await world.json(".claude.json"))["mcpServers"], { one: { command: "one" } });
  const now = await world.json(".claude.json");
  await Deno.writeTextFile(
    `${world.home}/.claude.json`,
    JSON.stringify({
      ...now,
      own: 1,
      mcpServers: { ...now["mcpServers"] as object, mine: { command: "m" } },
    }),
  );
  await world.launch("claude", { mcp: ["two"] });
  const later = await world.json(".claude.json");
  assert.deepEqual(later["mcpServers"], { mine: { command: "m" }, two: servers.two });
  assert.equal(later["own"], 1);
  await world.launch("claude", {});
  assert.deepEqual((await world.json(".claude.json"))["mcpServers"], { mine: { command: "m" } });
});

Deno.test("servers of this project count, and over those for all projects; those of another one do not", async () => {
  await using world = await World.make();
  const of = (command: string) => ({ command });
  await world.write(".claude.json", {
    mcpServers: { all: of("all"), both: of("all") },
    projects: {
      "/src/app": { mcpServers: { both: of("app"), app: of("app") } },
      "/src/other": { mcpServers: { other: of("other") } },
    },
  });
  const own = await world.own("claude", { mcp: ["*"] });
  assert.deepEqual(own.servers[0]!.servers, { all: of("all"), both: of("app"), app: of("app") });
  const named = await world.own("claude", { mcp: ["app", "other"] });
  assert.deepEqual(named.servers[0]!.servers, { app: of("app") });
});

Deno.test("servers stay out of every form they come in: settings, TOML, plugins", async () => {
  await using world = await World.make();
  const servers = { good: { command: "good" }, bad: { command: "bad" } };
  await world.write(
    ".gemini/settings.json",
    `{ // mine\n "mcpServers": ${JSON.stringify(servers)}, "mcp": {"serverCommand": "bad"}, "ui": {}, }`,
  );
  await world.write(
    ".codex/config.toml",
    '[mcp_servers.good]\ncommand = "good"\n[mcp_servers.bad]\ncommand = "bad"\n' +
      '[projects."/src/app"]\ntrust_level = "trusted"\n[projects."/src/other"]\ntrust_level = "trusted"\n',
  );
  const plugin = ".claude/plugins/cache/m/p/1";
  await world.write(`${plugin}/.mcp.json`, { mcpServers: servers });
  await world.write(`${plugin}/.lsp.json`, { ts: { command: "ts" }, go: { command: "gopls" } });
  await world.write(`${plugin}/.claude-plugin/plugin.json`, { name: "p", mcpServers: "./more.json" });
  await world.write(".claude/plugins/data/m/big.bin", "x");
  const listed = [{ name: "p", mcpServers: servers, lspServers: "./lsp.json" }, { name: "q" }];
  await world.write(".claude/plugins/marketplaces/m/.claude-plugin/marketplace.json", { plugins: listed });
  const header =
    "---\nname: a\nmcpServers:\n- bad:\n    command: bad\n'mcp-servers': {bad: {}}\nmodel: x\n---\n";
  await world.write(`${plugin}/agents/a.md`, `${header}mcpServers: no header\n`);
  await world.write(".claude/plugins/installed_plugins.json", { path: `${world.host}/${plugin}` });
  const choice = { parts: ["settings", "plugins"], mcp: ["good"], lsp: ["go"] };
  for (const agent of ["gemini", "codex", "claude"]) await world.launch(agent, choice);
  assert.deepEqual(await world.json(".gemini/settings.json"), {
    mcpServers: { good: servers.good },
    mcp: {},
    ui: {},
  });
  assert.equal(
    await world.inBox(".codex/config.toml"),
    '[mcp_servers.good]\ncommand = "good"\n\n[projects."/home/agent/workspace"]\ntrust_level = "trusted"\n',
  );
  assert.deepEqual(await world.json(`${plugin}/.mcp.json`), { mcpServers: { good: servers.good } });
  assert.deepEqual(await world.json(`${plugin}/.lsp.json`), { go: { command: "gopls" } });
  assert.deepEqual(await world.json(`${plugin}/.claude-plugin/plugin.json`), { name: "p" });
  assert.match(await world.inBox(".claude/plugins/installed_plugins.json"), /"\/home\/agent\/\.claude/);
  assert.deepEqual(await world.json(".claude/plugins/marketplaces/m/.claude-plugin/marketplace.json"), {
    plugins: [{ name: "p", mcpServers: { good: servers.good } }, { name: "q" }],
  });
  assert.equal(
    await world.inBox(`${plugin}/agents/a.md`),
    "---\nname: a\nmodel: x\n---\nmcpServers: no header\n",
  );
  await assert.rejects(world.inBox(".claude/plugins/data/m/big.bin"), Deno.errors.NotFound);
});

Deno.test("T13 a file of the user's that cannot be read is an error, and none of it is given", async () => {
  await using world = await World.make();
  const isBad = (error: unknown) => error instanceof KanibakoError && error.code === "bad-own";
  await world.write(".claude.json", '{"mcpServers": {"one": {"command": "s3cret"');
  await world.write(".claude/settings.json", "[]");
  await assert.rejects(world.own("claude", { mcp: ["one"] }), (error) => {
    assert(isBad(error));
    assert.doesNotMatch(String(error), /s3cret/);
    return true;
  });
  await assert.rejects(world.own("claude", { parts: ["settings"] }), isBad);
  // What is not asked for is not read.
  assert.deepEqual((await world.own("claude", { parts: ["skills"] })).parts, []);
});

Deno.test("T18 nothing of the user's own is taken from where a box can write; a link of the user's is followed", async () => {
  await using world = await World.make();
  await world.write("dotfiles/CLAUDE.md", "mine");
  await world.write("project/skill/SKILL.md", "a box's");
  await world.write("dotfiles/skill/SKILL.md", "mine");
  await Deno.mkdir(`${world.host}/.claude/skills`, { recursive: true });
  await Deno.symlink(`${world.host}/dotfiles/CLAUDE.md`, `${world.host}/.claude/CLAUDE.md`);
  await Deno.symlink("../../dotfiles/skill", `${world.host}/.claude/skills/mine`);
  await Deno.symlink("../../project/skill", `${world.host}/.claude/skills/boxes`);
  world.boxWrites(`${world.host}/project`);
  const own = await world.own("claude", { parts: ["instructions", "skills"] });
  const paths = own.parts.flatMap(({ files }) => files.map(({ path }) => path));
  assert.deepEqual(paths, [".claude/CLAUDE.md", ".claude/skills/mine/SKILL.md"]);
  assert.equal(own.left.length, 1);
  assert.match(own.left[0]!, /skills\/boxes to a box: .*where a box can write/);
  world.boxWrites(`${world.host}/dotfiles`);
  await assert.rejects(
    world.own("claude", { parts: ["instructions"] }),
    (error) => error instanceof KanibakoError && error.code === "unsafe-own",
  );
  world.boxWrites(`${world.host}/.claude`);
  await assert.rejects(world.own("claude", { parts: ["skills"] }), /where a box can write/);
});

Deno.test("T51 a box with a login of its own gets no key out of the user's settings", async () => {
  await using world = await World.make();
  const settings = { env: { ANTHROPIC_API_KEY: "s3cret" }, apiKeyHelper: "get-key", model: "x" };
  await world.write(".claude/settings.json", settings);
  const text = async (sharedAuth: boolean) => {
    const { parts } = await world.own("claude", { parts: ["settings"], sharedAuth });
    return new TextDecoder().decode(parts[0]!.files[0]!.content);
  };
  assert.match(await text(true), /s3cret/);
  assert.doesNotMatch(await text(false), /s3cret|get-key/);
  assert.match(await text(false), /"model"/);
});

Deno.test("a guard that does not run in a box is named, and what is there is not", async () => {
  await using world = await World.make();
  await world.write(".claude/hooks/here.sh", "");
  await world.write(".claude/settings.json", {
    hooks: {
      PreToolUse: [{ hooks: [{ command: '"$HOME"/bin/guard.sh "$CLAUDE_PROJECT_DIR"' }] }],
      Stop: [{
        hooks: [{ command: "A=1 python3 ~/.claude/hooks/here.sh && node ~/bin/there.js 2>/dev/null" }],
      }],
    },
    statusLine: { command: "~/tools/line.sh" },
  });
  const own = await world.own("claude", { parts: ["settings"] });
  const texts = (present: string[]) => lackingInHome(own, present).map(lackingText);
  assert.deepEqual(texts(["tools"]), [
    "~/bin/guard.sh is not in the box, so a guard does not run there: hooks.PreToolUse in ~/.claude/settings.json.",
    "~/bin/there.js is not in the box: hooks in ~/.claude/settings.json needs it.",
  ]);
  assert.equal(texts(["bin"]).length, 1);
  assert.deepEqual(texts([""]), []);
  // What a box saw counts as long as it is needed, and nothing has been done about it.
  const seen = lackingInHome(own, []);
  assert.equal(stillLacking(own, seen, lackingInHome(own, ["bin"])).length, 1);
  assert.equal(stillLacking(own, seen, seen).length, 3);
  assert.deepEqual(stillLacking(await world.own("claude"), seen, seen), []);
});

Deno.test("the box says which programs it lacks", async () => {
  await using world = await World.make();
  await world.write(".claude/settings.json", guarded("no-such-program --x"));
  await world.write(".claude.json", { mcpServers: { one: { command: "sh", args: ["/no/such/file"] } } });
  await world.write(
    ".claude/plugins/cache/p/hooks/hooks.json",
    guarded("no-python ${CLAUDE_PLUGIN_ROOT}/x.py"),
  );
  const plugins = await ownDelivery("claude", await world.own("claude", { parts: ["plugins"] }));
  assert.deepEqual(plugins.needs, ["program no-python"]);
  const own = await world.own("claude", { parts: ["settings"], mcp: ["*"] });
  const { needs } = await ownDelivery("claude", own);
  assert.deepEqual(needs, ["program no-such-program", "program sh", "file /no/such/file"]);
  assert.equal(await world.launch("claude", { parts: ["settings"], mcp: ["*"] }), "0 2");
  const seen = await seenLacking(world.state);
  assert.deepEqual(seen.map(({ guard, word }) => [guard, word]), [
    [true, "no-such-program"],
    [false, "/no/such/file"],
  ]);
  // It looks again until it finds it: here it does after the first look.
  const bin = `${world.home}/.local/bin`;
  await Deno.mkdir(bin, { recursive: true });
  await Deno.writeTextFile(`${bin}/no-such-program`, "#!/bin/sh\n", { mode: 0o755 });
  assert.equal(await world.launch("claude", { parts: ["settings"], mcp: ["*"] }), "2");
  assert.deepEqual((await seenLacking(world.state)).map(({ word }) => word), ["/no/such/file"]);
  // What is no longer said is no longer lacking.
  await world.write(".claude/settings.json", { model: "x" });
  await world.launch("claude", { parts: ["settings"] });
  assert.deepEqual(await seenLacking(world.state), []);
});

Deno.test("servers that could not be put into a file of the box's own are named", async () => {
  await using world = await World.make();
  await world.write(".codex/config.toml", '[mcp_servers.good]\ncommand = "sh"\n');
  await Deno.mkdir(`${world.home}/.codex`);
  await Deno.writeTextFile(`${world.home}/.codex/config.toml`, "own = 1\n");
  await world.launch("codex", { mcp: ["good"] });
  assert.equal(await world.inBox(".codex/config.toml"), "own = 1\n");
  assert.deepEqual((await seenLacking(world.state)).map(lackingText), [
    "~/.codex/config.toml is the box's own by now and is not replaced, so it is without the servers good.",
  ]);
  await Deno.remove(`${world.home}/.codex`, { recursive: true });
  await Deno.remove(`${world.state}/steps.json`);
  await world.launch("codex", { mcp: ["good"] });
  assert.deepEqual(await seenLacking(world.state), []);
});

Deno.test("rules and policies that stop an agent come with its settings, in whichever of its files they are", async () => {
  await using world = await World.make();
  await world.write(".codex/rules/default.rules", "deny");
  await world.write(".codex/hooks.json", guarded(`${world.host}/.codex/guard`));
  await world.write(".gemini/policies/mine.toml", "[[rule]]");
  await world.write(
    ".config/opencode/opencode.jsonc",
    '{ // mine\n "permission": "ask", "mcp": {"one": {}} }',
  );
  for (const agent of ["codex", "gemini", "opencode"]) await world.launch(agent, { parts: ["settings"] });
  assert.equal(await world.inBox(".codex/rules/default.rules"), "deny");
  assert.match(await world.inBox(".codex/hooks.json"), /"\/home\/agent\/\.codex\/guard"/);
  assert.equal(await world.inBox(".gemini/policies/mine.toml"), "[[rule]]");
  assert.deepEqual(await world.json(".config/opencode/opencode.jsonc"), { permission: "ask" });
  const { commands } = await world.own("codex", { parts: ["settings"] });
  assert.equal(commands[0]?.guard, true);
});

Deno.test("a part that is too large is an error that names it", async () => {
  await using world = await World.make();
  await Deno.mkdir(`${world.host}/.claude/skills`, { recursive: true });
  for (let at = 0; at < 2001; at++) await Deno.writeTextFile(`${world.host}/.claude/skills/${at}.md`, "");
  await assert.rejects(
    world.own("claude", { parts: ["skills"] }),
    (error) =>
      error instanceof KanibakoError && /^Cannot give ~\/\.claude\/skills to a box/.test(error.message),
  );
});

Deno.test("T49 what a box says it lacks is never shown in its own words", async () => {
  await using world = await World.make();
  const run = `${world.state}/run`;
  for (const folder of ["in", "out"]) await Deno.mkdir(`${run}/${folder}`, { recursive: true });
  await world.write(".claude/settings.json", guarded("sh -c x"));
  await keepNeeds(run, await ownDelivery("claude", await world.own("claude", { parts: ["settings"] })));
  await Deno.writeTextFile(`${run}/out/own`, "7 \x1b]0;evil\x07 -1 0 x".padEnd(4000, " 9"));
  await settleNeeds(world.state, run, HostMailbox.open(run));
  assert.deepEqual((await seenLacking(world.state)).map(({ word }) => word), ["sh"]);
});

Deno.test("a server at this machine's own address is named, and one that is elsewhere is not", async () => {
  await using world = await World.make();
  await world.write(".claude.json", {
    mcpServers: {
      here: { url: "http://localhost:3000/mcp" },
      there: { url: "https://localhost.example.com" },
    },
  });
  const { notes } = await world.own("claude", { mcp: ["*"] });
  assert.deepEqual(notes, [
    "the MCP server here in ~/.claude.json is at an address of this machine, which in a box is the box itself",
  ]);
});

Deno.test("a moved configuration folder is where the user's own is", async () => {
  await using world = await World.make();
  await world.write("elsewhere/CLAUDE.md", "moved");
  await world.write("elsewhere/.claude.json", { mcpServers: { one: { command: "one" } } });
  const { target, ...request } = world.request("claude", { parts: ["instructions"], mcp: ["one"] });
  const seen = {
    home: world.host,
    variable: (name: string) => name === "CLAUDE_CONFIG_DIR" ? `${world.host}/elsewhere` : undefined,
  };
  const place = (path: string) => target.configPath!(path, seen);
  const own = await gatherOwn({ target, ...request, host: { ...request.host, place } });
  assert.deepEqual(own.parts.map(({ path }) => path), [".claude/CLAUDE.md"]);
  assert.deepEqual(own.servers.map(({ servers }) => Object.keys(servers)), [["one"]]);
});
