import assert from "node:assert/strict";
import { ownState } from "../../../lib/app/crab/own.ts";
import type { SetupFlags } from "../../../lib/commands/system/setup.ts";
import { Asking } from "../../../lib/commands/system/setup/asking.ts";
import { setupOwn } from "../../../lib/commands/system/setup/own.ts";
import { parseConfig } from "../../../lib/config/file.ts";
import { Aborted } from "../../../lib/host/error.ts";
import { redirectOutput } from "../../../lib/host/ui/terminal.ts";
import type { Choice } from "../../../lib/spec/ui.ts";
import { findTarget } from "../../../targets/discover.ts";
import { Sandbox } from "../../config/support.ts";
import { installAgent } from "../../support/agent.ts";

async function machine(config: string) {
  const sandbox = await Sandbox.make();
  const host = await sandbox.open(config);
  await sandbox.write(
    "home/.claude/settings.json",
    JSON.stringify({
      hooks: { PreToolUse: [{ hooks: [{ command: "~/bin/guard" }] }] },
      env: { KEY: "s3cret" },
    }),
  );
  await sandbox.write("home/.claude/skills/a/SKILL.md", "a");
  await sandbox.write("home/.claude/skills/b/SKILL.md", "b");
  await sandbox.write(
    "home/.claude.json",
    JSON.stringify({
      mcpServers: { one: { command: "x", env: { T: "s3cret" } }, two: { url: "https://x" } },
    }),
  );
  return { sandbox, host };
}

Deno.test("what is the user's own, what of it boxes get and what does not work there is shown, no secret of it", async () => {
  const { sandbox, host } = await machine('[own]\nparts = ["settings"]\n[mcp]\nservers = ["two"]\n');
  await using _ = sandbox;
  const own = await ownState(host, findTarget("claude"), { cwd: "/", inRig: false });
  assert.deepEqual(own.parts, [
    { part: "settings", path: "~/.claude/settings.json", files: 1, given: true },
    { part: "skills", path: "~/.claude/skills/", files: 2, given: false },
  ]);
  assert.deepEqual(own.servers, [
    { kind: "mcp", name: "one", given: false },
    { kind: "mcp", name: "two", given: true },
  ]);
  assert.match(own.lacking.join(), /^~\/bin\/guard is not in the box, so a guard does not run there/);
  assert.doesNotMatch(JSON.stringify(own), /s3cret/);
});

Deno.test("a file that cannot be read is a problem that is named, and hides no other", async () => {
  const { sandbox, host } = await machine("");
  await using _ = sandbox;
  await sandbox.write("home/.claude/settings.json", "{");
  const own = await ownState(host, findTarget("claude"), { cwd: "/", inRig: false });
  assert.deepEqual(own.problems, ["Cannot read ~/.claude/settings.json: it is not valid JSON."]);
  assert.deepEqual(own.parts.map(({ part }) => part), ["skills"]);
});

/** What `setup` prints and asks, and what the system's file says then. */
async function setUp(
  config: string,
  answer: string | undefined,
  attended = true,
  flags: Partial<SetupFlags> = {},
) {
  const { sandbox, host } = await machine(config);
  await using _ = sandbox;
  const before = Deno.env.get("PATH")!;
  Deno.env.set("PATH", (await installAgent(`${sandbox.root}/home`, "")).PATH);
  const asked: Choice[] = [];
  const ui = {
    ...host.ui,
    attended,
    choose: <T extends string>(choice: Choice<T>) => {
      asked.push(choice);
      const [parts, servers] = (answer ?? "").split(" ");
      const said = asked.length === 1 ? parts : servers;
      return Promise.resolve((said === "" ? undefined : said) as T | undefined);
    },
  };
  let text = "";
  const sink = { terminal: false, colour: false, write: (part: string) => void (text += part) };
  const back = redirectOutput({ stdout: sink, stderr: sink });
  try {
    await setupOwn(new Asking({ ...host, ui }, flags)).catch((error: unknown) => {
      if (!(error instanceof Aborted)) throw error;
    });
  } finally {
    back();
    Deno.env.set("PATH", before);
  }
  const { values } = await parseConfig(await Deno.readTextFile(sandbox.configFile), "f", "system");
  return { text, asked: asked.length, parts: values["own.parts"], servers: values["mcp.servers"] };
}

Deno.test("setup asks once what of the user's own boxes get, and sets what is chosen", async () => {
  const texts = await setUp("", "texts all");
  assert.deepEqual([texts.asked, texts.parts, texts.servers], [
    2,
    ["instructions", "skills", "commands", "agents"],
    ["*"],
  ]);
  assert.match(texts.text, /Claude Code: settings, skills, servers \(one, two\)/);
  assert.match(texts.text, /guard is not in the box, so a guard does not run there/);
  const nothing = await setUp("", "none none");
  assert.deepEqual([nothing.parts, nothing.servers], [[], []]);
  const all = await setUp("", "all");
  assert.deepEqual([all.parts, all.servers], [["all"], undefined]);
  // Decided, whatever was decided: it is not asked again.
  const decided = await setUp("[own]\nparts = []\n[mcp]\nservers = []\n", "all all");
  assert.deepEqual([decided.asked, decided.parts], [0, []]);
  assert.match(decided.text, /none of it \(system config\)/);
  const nobody = await setUp("", "all all", false);
  assert.deepEqual([nobody.asked, nobody.parts], [0, undefined]);
  assert.match(nobody.text, /setup --own all/);
  const given = await setUp("", undefined, true, { own: "texts", servers: "all" });
  assert.deepEqual([given.asked, given.parts?.toString(), given.servers], [
    0,
    "instructions,skills,commands,agents",
    ["*"],
  ]);
  const again = await setUp("[own]\nparts = []\n", "all none", true, { again: true });
  assert.deepEqual([again.asked, again.parts, again.servers], [2, ["all"], []]);
});
