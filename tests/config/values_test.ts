import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { SETTINGS } from "../../lib/config/settings/all.ts";
import { parseValue, storedForm } from "../../lib/config/value.ts";

Deno.test("every spelling of a key stands for one key", () => {
  const owners = new Map<string, string>();
  for (const { name, stored, aliases, inverted } of SETTINGS.keys) {
    for (const spelling of new Set([name, stored, ...aliases, ...inverted])) {
      ok(!owners.has(spelling), `${spelling}: ${owners.get(spelling)} and ${name}`);
      owners.set(spelling, name);
    }
  }
});

Deno.test("every default is a value its key accepts", () => {
  for (const key of SETTINGS.keys) {
    if (key.default !== undefined) deepStrictEqual(parseValue(key, key.default), key.default, key.name);
  }
});

Deno.test("aliases and entries of maps are found", () => {
  for (const [alias, name] of [["image", "box.image"], ["target_name", "box.crab"], ["auth", "group_auth"]]) {
    const found = SETTINGS.find(alias!);
    strictEqual(found?.kind === "key" && found.key.name, name);
  }
  const helpers = SETTINGS.find("helpers_disabled");
  strictEqual(helpers?.kind === "key" && helpers.inverted, true);
  const variable = SETTINGS.find("env.A.B");
  deepStrictEqual(variable?.kind === "entry" && [variable.map.name, variable.part], ["env", "A.B"]);
  strictEqual(SETTINGS.find("env."), undefined);
  strictEqual(SETTINGS.find("nonsense"), undefined);
});

for (
  const [name, raw, value] of [
    ["box.memory", "512m", 512 * 2 ** 20],
    ["box.memory", "2g", 2 * 2 ** 30],
    ["box.memory", "1.5GiB", 1.5 * 2 ** 30],
    ["box.memory", 8_388_608, 8_388_608],
    ["box.memory", "none", 0],
    ["box.cpus", "1.5", 1.5],
    ["box.cpus", 2, 2],
    ["box.cpus", "none", 0],
    ["box.pids", "100", 100],
    ["box.idle_timeout", "90s", 90],
    ["box.idle_timeout", "1.5h", 5400],
    ["box.max_duration", "2d", 172_800],
    ["box.max_duration", "none", 0],
    ["autonomous", "false", false],
    ["autonomous", "YES", true],
    ["group_auth", "distinct", false],
    ["group_auth", "shared", true],
    ["box.image", "ghcr.io/o/kanibako-oci:latest", "ghcr.io/o/kanibako-oci:latest"],
    ["box.security", "", ""],
    ["model", "", ""],
  ] as const
) {
  Deno.test(`${name} reads ${JSON.stringify(raw)} as ${JSON.stringify(value)}`, () => {
    strictEqual(parseValue(SETTINGS.named(name), raw), value);
  });
}

for (
  const [name, raw] of [
    ["box.memory", "lots"],
    ["box.memory", "1k"],
    ["box.memory", "-1g"],
    ["box.memory", true],
    ["box.idle_timeout", "30"],
    ["box.idle_timeout", 30],
    ["box.idle_timeout", "0s"],
    ["box.max_duration", "400d"],
    ["box.max_duration", "-1h"],
    ["box.cpus", "0"],
    ["box.cpus", "-1"],
    ["box.cpus", "1e9"],
    ["box.pids", "0"],
    ["box.pids", "1.5"],
    ["box.pids", "none"],
    ["autonomous", "maybe"],
    ["autonomous", ""],
    ["box.network", "host"],
    ["box.security", "none"],
    ["box.image", ""],
    ["box.image", "--privileged"],
    ["box.image", "a b"],
    ["box.crab", "../x"],
    ["start_mode", "newest"],
    ["vault.ro", "relative"],
  ] as const
) {
  Deno.test(`${name} refuses ${JSON.stringify(raw)} and tells what is allowed`, () => {
    throws(
      () => parseValue(SETTINGS.named(name), raw),
      (error: { code: string; message: string; hints: string[] }) => {
        strictEqual(error.code, "bad-value");
        ok(error.message.includes(name));
        match(error.hints[0]!, /^Use /);
        return true;
      },
    );
  });
}

Deno.test("a stored value reads back as itself", () => {
  for (
    const [name, value] of [
      ["box.memory", 0],
      ["box.memory", 2 ** 30],
      ["box.cpus", 0],
      [
        "box.pids",
        16,
      ],
      ["box.idle_timeout", 5400],
      ["box.max_duration", 0],
    ] as const
  ) {
    const key = SETTINGS.named(name);
    strictEqual(parseValue(key, storedForm(key, value)), value);
  }
});
