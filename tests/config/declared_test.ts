/** What follows from the declaration of a setting: nothing else has to know of it. */

import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { complete } from "../../lib/commands/complete.ts";
import { settingCandidates } from "../../lib/commands/complete_keys.ts";
import {
  flagSettings,
  type SessionFlags,
  sessionOptions,
} from "../../lib/commands/box/session/session_flags.ts";
import { NOTE_TEXT } from "../../lib/commands/notes.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { jsonSchema } from "../../lib/config/json_schema.ts";
import type { LevelFile } from "../../lib/config/levels.ts";
import { tellWithoutEffect, withoutEffect } from "../../lib/config/no_effect.ts";
import { answers } from "../../lib/config/resolve.ts";
import type { FlagSettings } from "../../lib/config/settings.ts";
import { SETTINGS } from "../../lib/config/settings/all.ts";
import { BOX_LEVELS, entries, setting } from "../../lib/config/settings/declare.ts";
import { isRefused, launchOnly } from "../../lib/config/settings/given_options.ts";
import { optionFlags } from "../../lib/config/settings/options.ts";
import { Registry } from "../../lib/config/settings/registry.ts";
import { choice, flag, integer, list, map, text } from "../../lib/config/settings/types.ts";
import { fromFile, fromFlag, sourceText } from "../../lib/spec/source.ts";
import { type Note, silentUi } from "../../lib/spec/ui.ts";
import { settingsReference } from "../../tools/docs.ts";

const GROUP = {
  depth: setting({
    name: "net.depth",
    type: integer(1, 9),
    default: 3,
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: { placeholder: "N", brief: "How deep", short: "d", spellings: ["depths"] },
    meaning: "How deep it goes.",
  }),
  mood: setting({
    name: "net.mood",
    type: choice(["calm", "wild"], ["mad"]),
    default: "calm",
    levels: BOX_LEVELS,
    flag: { placeholder: "MOOD", brief: "Which mood" },
    meaning: "Its mood.",
  }),
  loud: setting({
    name: "net.loud",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    launchOnly: true,
    flag: {
      startOnly: true,
      toggles: { loud: { value: true, brief: "Speak" }, quietly: { value: false, brief: "Whisper" } },
    },
    meaning: "Whether it is loud.",
  }),
  hosts: setting({
    name: "net.hosts",
    type: list(text),
    default: ["a"],
    levels: BOX_LEVELS,
    flag: { placeholder: "HOST", brief: "Which hosts" },
    meaning: "Which hosts it knows.",
  }),
  ports: entries({
    name: "port",
    tables: ["ports"],
    type: map(choice(["in", "out"])),
    levels: BOX_LEVELS,
    meaning: "A port.",
  }),
  wall: setting({
    name: "net.wall",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    safety: true,
    missing: "walls are not available yet",
    missingAs: false,
    flag: { hidden: true, toggles: { wall: { value: true, brief: "Wall" } } },
    meaning: "Whether there is a wall.",
  }),
};
const REGISTRY = new Registry([GROUP]);

async function level(text: string, name: "box" | "system" = "box"): Promise<LevelFile> {
  const from = fromFile(name, "config");
  return {
    level: name,
    from,
    file: "/f",
    config: await parseConfig(text, "/f", name, REGISTRY),
    env: { entries: {}, from, file: "/f" },
  };
}

Deno.test("a declared setting is an option, with its spellings and its values", () => {
  const { flags, short, spellings, exclusive } = sessionOptions("start", REGISTRY);
  const shown = flags as unknown as Record<string, { brief: string; values?: string[]; hidden?: boolean }>;
  strictEqual(shown["depth"]!.brief, "How deep");
  deepStrictEqual(shown["mood"]!.values, ["calm", "wild", "mad"]);
  strictEqual(shown["wall"]!.hidden, true);
  deepStrictEqual([short["d"], spellings["depths"]], ["depth", "depth"]);
  deepStrictEqual(exclusive, [["loud", "quietly"]]);
  ok("loud" in flags);
  ok(!("loud" in sessionOptions("shell", REGISTRY).flags), "an option of start alone");
});

Deno.test("what an option says is the setting's value at a launch, and the option is named as its source", () => {
  const given = {
    depth: "4",
    mood: "mad",
    loud: false,
    quietly: true,
    hosts: ["x", "y"],
  } as unknown as SessionFlags;
  const flags = flagSettings(given, REGISTRY);
  const { depth, mood, loud, hosts } = answers([], GROUP_OF_VALUES, flags);
  deepStrictEqual(depth, { value: 4, level: "flag", from: fromFlag("--depth") });
  deepStrictEqual(mood.value, "mad");
  deepStrictEqual(loud, { value: false, level: "flag", from: fromFlag("--quietly") });
  deepStrictEqual(hosts.value, ["x", "y"]);
  throws(() => answers([], GROUP_OF_VALUES, { depth: "10" } as FlagSettings), { code: "usage" });
  throws(() => answers([], GROUP_OF_VALUES, { mood: "glad" } as FlagSettings), /--mood "glad"/);
});

const { ports: _ports, ...GROUP_OF_VALUES } = GROUP;

Deno.test("files set it by its type, the strongest level first, and what only an option can say is refused there", async () => {
  const box = await level('[net]\ndepth = 5\nhosts = ["m", "n"]\n[ports]\nweb = "in"\n');
  const system = await level("[net]\ndepth = 6\nloud = true\n", "system");
  const { depth, loud, hosts, mood } = answers([box, system], GROUP_OF_VALUES, {});
  deepStrictEqual([depth.value, sourceText(depth.from)], [5, "box config"]);
  deepStrictEqual([loud.value, sourceText(loud.from)], [true, "system config"]);
  deepStrictEqual(hosts.value, ["m", "n"]);
  deepStrictEqual([mood.value, mood.level], ["calm", "default"]);
  const { ports } = box.config as unknown as { ports: Record<string, string> };
  deepStrictEqual({ ...ports }, { web: "in" });
  await rejects(level('[net]\nmood = "mad"\n'), /net\.mood/);
  await rejects(level("[net]\nhosts = [1, true]\n"), /net\.hosts/);
  await rejects(level('[ports]\nweb = "up"\n'), /port\.web/);
  await rejects(level("[net]\ndeth = 5\n"), /Did you mean net\.depth/);
});

Deno.test("the schema, the documents and the completions have it", () => {
  const schema = jsonSchema("box", REGISTRY) as unknown as {
    properties: Record<string, { properties: Record<string, object>; additionalProperties: object }>;
  };
  deepStrictEqual(schema.properties["net"]!.properties["depth"], {
    description: "How deep it goes.",
    type: "integer",
    minimum: 1,
    maximum: 9,
    default: 3,
  });
  deepStrictEqual(schema.properties["net"]!.properties["hosts"], {
    description: "Which hosts it knows.",
    type: "array",
    items: { type: "string" },
    default: ["a"],
  });
  deepStrictEqual(schema.properties["ports"]!.additionalProperties, {
    enum: ["in", "out"],
    description: "A port.",
  });

  const page = settingsReference(REGISTRY);
  match(page, /\| `net\.depth` \| integer \| `3` \| box, workset, system \| How deep it goes\. \|/);
  match(page, /\| `port\.NAME` \|/);
  match(page, /`net\.wall`.*No effect: walls are not available yet\./);

  const candidates = (partial: string) => settingCandidates("box", partial, REGISTRY).map(({ word }) => word);
  deepStrictEqual(candidates(""), ["net.depth", "net.mood", "net.loud", "net.hosts", "port."]);
  deepStrictEqual(candidates("net.mood="), ["net.mood=calm", "net.mood=wild"]);
  deepStrictEqual(candidates("net.loud="), ["net.loud=true", "net.loud=false"]);
});

Deno.test("every option of this program that is a setting is completed, unless it has no effect", () => {
  const offered = complete(["start", "--"], []).map(({ word }) => word);
  for (const option of ["--memory", "--secure", "--model", "--env"]) ok(offered.includes(option), option);
  ok(offered.includes("--no-helpers"));
  ok(!offered.includes("--no-auto-auth"));
});

Deno.test("options that decide how a box starts are distinguished by what a running box does with them", () => {
  const flags: FlagSettings = {
    model: "m",
    autonomous: false,
    network: "none",
    persistence: "persistent",
    env: ["A=1"],
    allowHelpers: false,
    autoAuth: false,
  };
  const given = launchOnly(flags);
  // What never acts is warned of elsewhere.
  deepStrictEqual(given.map(({ option }) => option), [
    "--secure",
    "--persistent",
    "--model",
    "--env",
    "--network",
    "--no-helpers",
  ]);
  deepStrictEqual(given.filter(({ declared }) => isRefused(declared)).map(({ option }) => option), [
    "--secure",
    "--persistent",
    "--network",
    "--no-helpers",
  ]);
});

Deno.test("F1: what promises safety is decided at the launch, so that a running box can refuse it", () => {
  for (const [field, declared] of Object.entries(SETTINGS.flags)) {
    if (declared.safety || declared.decisive) ok(declared.launchOnly, field);
  }
});

Deno.test("options that promise safety are marked so", () => {
  const safe = Object.entries(SETTINGS.flags).filter(([, { safety }]) => safety).map(([field]) => field);
  deepStrictEqual(safe.sort(), [
    "allowHelpers",
    "autonomous",
    "cpus",
    "gitAccess",
    "image",
    "maxDuration",
    "memory",
    "network",
    "pids",
    "secretFiles",
    "secrets",
    "security",
    "ssh",
  ]);
});

Deno.test("what has no effect is named, by its option or where it is set, and nothing else is", async () => {
  const named = (levels: LevelFile[], flags: FlagSettings, registry?: Registry) =>
    withoutEffect(levels, flags, registry).map(({ name, from }) => `${name} from ${sourceText(from)}`);
  deepStrictEqual(
    named([], { allowHelpers: false, autoAuth: false, pids: "99" }),
    ["--no-auto-auth from --no-auto-auth flag"],
  );
  const walled = await level("[net]\nwall = true\n");
  deepStrictEqual(named([walled], {}, REGISTRY), ["net.wall from box config"]);
  deepStrictEqual(named([await level("[net]\nwall = false\ndepth = 4\n"), walled], {}, REGISTRY), []);
});

Deno.test("a warning says so, and what promises safety is refused", async () => {
  const notes: Note[] = [];
  const ui = { ...silentUi, note: (note: Note) => void notes.push(note) };
  tellWithoutEffect(ui, [], { autoAuth: false });
  deepStrictEqual(notes, [{
    level: "warning",
    code: "no-effect",
    values: {
      name: "--no-auto-auth",
      why: "a login is renewed in a browser only by kanibako crab reauth",
    },
  }]);
  strictEqual(
    NOTE_TEXT["no-effect"]({ name: "--browser", why: "it is not there" }),
    "--browser has no effect: it is not there.",
  );
  const walled = await level("[net]\nwall = true\n");
  throws(() => tellWithoutEffect(ui, [walled], {}, REGISTRY), {
    code: "not-available",
    message: "Cannot use net.wall (box config): walls are not available yet.",
  });
  tellWithoutEffect(ui, [await level("[net]\nwall = false\n")], {}, REGISTRY);
  strictEqual(notes.length, 1);
});

Deno.test("what older programs wrote and never used is read, and is not offered", async () => {
  const file = await parseConfig('[paths]\nshell = "shell"\nproject_toml = "p"\n', "/f", "system");
  strictEqual(file.values["paths.shell"], "shell");
  ok(!settingCandidates("system", "").some(({ word }) => word === "paths.shell"));
  ok(!settingsReference().includes("paths.shell"));
});

Deno.test("a file as older programs make it is read without a warning, and one that was changed with one", async () => {
  const warned = async (text: string) => {
    const config = await parseConfig(text, "/f", "system");
    const from = fromFile("system", "config");
    const level: LevelFile = {
      level: "system",
      from,
      file: "/f",
      config,
      env: { entries: {}, from, file: "/f" },
    };
    return withoutEffect([level], {}).map(({ name }) => name);
  };
  const generated =
    '[system.path]\ncomms = "@system.path.data/comms"\n[box]\nshare_images = false\n[shared]\n' +
    '[paths]\nshell = "shell"\nproject_toml = "project.toml"\n';
  deepStrictEqual(await warned(generated), []);
  deepStrictEqual(await warned('[system.path]\ncomms = "/m"\n[paths]\nshell = "s"\n'), [
    "paths.shell",
  ]);
});

Deno.test("options of the library say what those of the command line say", () => {
  deepStrictEqual(
    optionFlags({
      image: "min",
      cpus: 1.5,
      pids: 99,
      memory: "2g",
      network: "none",
      env: { A: "1", B: "x=y" },
    }),
    {
      env: ["A=1", "B=x=y"],
      image: "min",
      network: "none",
      memory: "2g",
      cpus: "1.5",
      pids: "99",
    },
  );
  deepStrictEqual(optionFlags({}), {});
});
