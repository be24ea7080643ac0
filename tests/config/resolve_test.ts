import { DEFAULT, fromFile, fromFlag, sourceText } from "../../lib/spec/source.ts";
import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import type { CrabFile } from "../../lib/config/crab_file.ts";
import { readLevels } from "../../lib/config/levels.ts";
import { agentSettings, crabSetting, resolveSettings } from "../../lib/config/resolve.ts";
import type { FlagSettings, Settings } from "../../lib/config/settings.ts";
import { Sandbox } from "./support.ts";

interface Files {
  readonly box?: string;
  readonly boxEnv?: string;
  readonly workset?: string;
  readonly system?: string;
  readonly systemEnv?: string;
  readonly crab?: Partial<CrabFile>;
}

async function settings(files: Files, flags: FlagSettings = {}): Promise<Settings> {
  await using box = await Sandbox.make();
  const host = await box.open(files.system ?? "");
  const { paths } = host.system;
  const metadata = `${paths.boxes}/app`;
  const texts: [string, string | undefined][] = [
    [`${metadata}/project.toml`, files.box],
    [`${metadata}/env`, files.boxEnv],
    [paths.defaultWorkset, files.workset],
    [paths.env, files.systemEnv],
  ];
  for (const [path, text] of texts) if (text !== undefined) await box.write(path, text);
  const crab = files.crab && { ...CRAB, ...files.crab };
  return await resolveSettings(host, { mode: "default", path: "/w/app", metadata }, crab, flags);
}

const CRAB: CrabFile = {
  id: "claude",
  name: "Claude Code",
  template: "standard",
  runArgs: [],
  state: {},
  env: {},
  shared: {},
  path: "/d/crabs/claude.toml",
};

Deno.test("without anything set, every setting is its default", async () => {
  const all = await settings({});
  for (
    const one of [
      all.image,
      all.network,
      all.pids,
      all.persistence,
      all.runArgs,
      all.template,
      all.memory,
    ]
  ) {
    strictEqual(one.level, "default");
    strictEqual(one.from, DEFAULT);
  }
  strictEqual(all.image.value, "oci");
  strictEqual(all.pids.value, 2048);
  strictEqual(all.memory.value, undefined);
});

Deno.test("the strongest level that sets a key wins: flag, box, workset, crab, system", async () => {
  const levels = {
    system: '[crab]\nstart_mode = "new"\n',
    crab: { state: { start_mode: "resume" } },
    workset: '[crab]\nstart_mode = "new"\n',
    box: '[crab]\nstart_mode = "resume"\n',
  };
  const ask = async (files: Files, flags?: FlagSettings) => (await settings(files, flags)).startMode;
  const { box, workset, crab, system } = levels;
  deepStrictEqual(await ask({ system }), {
    value: "new",
    level: "system",
    from: fromFile("system", "config"),
  });
  deepStrictEqual(await ask({ system, crab }), {
    value: "resume",
    level: "crab",
    from: fromFile("crab", "config", "claude"),
  });
  deepStrictEqual(await ask({ system, crab, workset }), {
    value: "new",
    level: "workset",
    from: fromFile("workset", "config"),
  });
  deepStrictEqual(await ask(levels), { value: "resume", level: "box", from: fromFile("box", "config") });
  const flag = await ask({ system, crab, workset, box }, { startMode: "continue" });
  deepStrictEqual(flag, { value: "continue", level: "flag", from: fromFlag("--continue") });
});

Deno.test("a value equal to the default still overrides a weaker level", async () => {
  const all = await settings({
    system: "[box]\nsweep = false\nimage = 'min'\nnetwork = 'none'\n",
    box: "[box]\nsweep = true\nimage = 'oci'\nnetwork = 'open'\n",
  });
  deepStrictEqual(all.image, { value: "oci", level: "box", from: fromFile("box", "config") });
  deepStrictEqual(all.network, { value: "open", level: "box", from: fromFile("box", "config") });
  deepStrictEqual(all.sweep, { value: true, level: "box", from: fromFile("box", "config") });
});

Deno.test("a limit that is lifted at a stronger level is no limit", async () => {
  const all = await settings({ system: '[box]\nmemory = "1g"\ncpus = 2\n', box: '[box]\nmemory = "none"\n' });
  deepStrictEqual(all.memory, { value: undefined, level: "box", from: fromFile("box", "config") });
  deepStrictEqual(all.cpus, { value: 2, level: "system", from: fromFile("system", "config") });
});

Deno.test("flags are read like files, and a bad one is a usage error", async () => {
  const all = await settings({}, {
    memory: "2g",
    cpus: "1.5",
    pids: "100",
    autonomous: false,
  });
  strictEqual(all.memory.value, 2 ** 31);
  strictEqual(all.cpus.value, 1.5);
  strictEqual(all.pids.value, 100);
  deepStrictEqual(all.autonomous, { value: false, level: "flag", from: fromFlag("--secure") });
  for (
    const flags of [{ memory: "x" }, { cpus: "-1" }, { pids: "0" }, { network: "host" }, { security: "off" }]
  ) {
    await rejects(settings({}, flags), { code: "usage", exitCode: 2 });
  }
});

Deno.test("an explicit empty text ends the search for the agent's setting", async () => {
  const system = '[crab]\nmodel = "a"\nprovider = "p"\n';
  deepStrictEqual((await settings({ system })).agent["model"], {
    value: "a",
    level: "system",
    from: fromFile("system", "config"),
  });
  const emptied = await settings({ system, crab: { state: { model: "b" } }, box: '[crab]\nmodel = ""\n' });
  deepStrictEqual(emptied.agent["model"], { value: "", level: "box", from: fromFile("box", "config") });
  strictEqual(emptied.agent["provider"]!.value, "p");
  const flagged = await settings({ system }, { model: "c" });
  deepStrictEqual(flagged.agent["model"], { value: "c", level: "flag", from: fromFlag("--model") });
});

Deno.test("the environment accumulates: system, crab, workset, box, flags", async () => {
  const { env } = await settings({
    systemEnv: "A=s\nB=s\nC=s\nD=s\n",
    crab: { env: { B: "c", C: "c" } },
    boxEnv: "C=b\nGH_TOKEN=t\n",
  }, { env: ["D=f"] });
  const short = Object.entries(env).map(([name, entry]) =>
    `${name}=${entry.value} ${sourceText(entry.from)} ${entry.secret}`
  );
  deepStrictEqual(short.sort(), [
    "A=s system env file false",
    "B=c crab claude false",
    "C=b box env file false",
    "D=f -e flag false",
    "GH_TOKEN=t box env file true",
  ]);
});

Deno.test("no level sets a variable of our own", async () => {
  await rejects(settings({ systemEnv: "KANIBAKO_NAME=x\n" }), { code: "bad-env" });
  await rejects(settings({ boxEnv: "KANIBAKO_NAME=x\n" }), { code: "bad-env" });
  await rejects(settings({ crab: { env: { KANIBAKO_NAME: "x" } } }), { code: "bad-env" });
  await rejects(settings({}, { env: ["KANIBAKO_NAME=x"] }), { code: "usage" });
});

Deno.test("resource scopes lie over each other by path", async () => {
  const { resources } = await settings({
    system: '[resource_overrides]\n"a" = "shared"\n"b" = "seeded"\n',
    box: '[resource_overrides]\n"b" = "project"\n',
  });
  deepStrictEqual(resources, {
    a: { value: "shared", level: "system", from: fromFile("system", "config") },
    b: { value: "project", level: "box", from: fromFile("box", "config") },
  });
});

Deno.test("the agent can be asked for before its file is known", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('[box]\ncrab = "codex"\n');
  const levels = await readLevels(host, { mode: "default", path: "/w", metadata: `${box.root}/none` });
  deepStrictEqual(crabSetting(levels, {}), {
    value: "codex",
    level: "system",
    from: fromFile("system", "config"),
  });
  deepStrictEqual(crabSetting(levels, { crab: "claude" }), {
    value: "claude",
    level: "flag",
    from: fromFlag("--crab"),
  });
});

Deno.test("the agent's declared settings lie beneath, and bad values and slips are named", async () => {
  const declared = [
    { key: "model", default: "opus", choices: [] },
    { key: "access", default: "permissive", choices: ["permissive", "default"] },
    { key: "provider", default: "", choices: [] },
  ];
  const all = await settings({ box: '[crab]\naccess = "default"\nfree = "1"\n' });
  const result = agentSettings(all, declared);
  deepStrictEqual(result["model"], { value: "opus", level: "default", from: DEFAULT });
  deepStrictEqual(result["access"], { value: "default", level: "box", from: fromFile("box", "config") });
  strictEqual(result["free"]!.value, "1");
  const bad = await settings({ box: '[crab]\naccess = "all"\n' });
  throws(() => agentSettings(bad, declared), { code: "bad-value" });
  const slip = await settings({ crab: { state: { provder: "x" } } });
  throws(() => agentSettings(slip, declared), { code: "unknown-key" });
});

Deno.test("an unreadable file at any level stops the launch", async () => {
  for (const files of [{ box: "x" }, { workset: "[box]\nfrob = 1\n" }, { boxEnv: "nonsense\n" }]) {
    await rejects(settings(files), { code: "bad-file" });
  }
});
