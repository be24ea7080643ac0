import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { EMPTY, parseConfig, readConfig, setsNothing } from "../../lib/config/file.ts";
import { defaultConfig } from "../../lib/config/initialise.ts";
import type { ConfigLevel } from "../../lib/config/settings/declare.ts";
import { Sandbox } from "./support.ts";

const parse = (text: string, level: ConfigLevel = "box") => parseConfig(text, "/f/project.toml", level);
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

Deno.test("a project file of the documents is read whole", async () => {
  const file = await parse(`
[project]
mode = "default"
layout = "default"
enable_vault = true
group_auth = true
name = "app"
[resolved]
workspace = "/home/u/app"
shell = "/b/app/shell"
vault_ro = "/home/u/app/vault/ro"
vault_rw = "/home/u/app/vault/rw"
metadata = "/b/app"
project_hash = "00"
global_shared = "/s/global"
local_shared = ""
[box]
image = "kanibako-template-jvm"
[crab]
model = "sonnet"
verbosity = 3
[resource_overrides]
"settings.json" = "project"
"plugins/a" = "seeded"
[box.path.share_ro]
docs = "~/docs:~/docs"
[system.path.share_rw]
inherited = ""
[crab.path.seeded]
rc = "~/.inputrc:~/.inputrc"
[shared]
pip = ".cache/pip"
`);
  strictEqual(file.values["box.image"], "kanibako-template-jvm");
  strictEqual(file.values["vault.enabled"], true);
  strictEqual(file.values["model"], "sonnet");
  strictEqual(file.values["shell"], "/b/app/shell");
  deepStrictEqual(plain(file.agent), { verbosity: "3" });
  deepStrictEqual(plain(file.resources), { "settings.json": "project", "plugins/a": "seeded" });
  deepStrictEqual(plain(file.shared), { pip: ".cache/pip" });
  deepStrictEqual(plain(file.binds), {
    "box.path.share_ro.docs": "~/docs:~/docs",
    "system.path.share_rw.inherited": "",
    "crab.path.seeded.rc": "~/.inputrc:~/.inputrc",
  });
});

Deno.test("the generated file of the older program is read whole", async () => {
  const file = await parse(
    `
[system.path]
data = "$XDG_DATA_HOME/kanibako"
ws_hints = "@system.path.data/worksets.toml"
[box]
image = "ghcr.io/doctorjei/kanibako-oci:latest"
crab = ""
share_images = false
[shared]
`,
    "system",
  );
  deepStrictEqual(file.values, {
    "system.path.data": "$XDG_DATA_HOME/kanibako",
    "system.path.ws_hints": "@system.path.data/worksets.toml",
    "box.image": "ghcr.io/doctorjei/kanibako-oci:latest",
    "box.crab": "",
    "box.share_images": false,
  });
});

Deno.test("older spellings mean what they meant", async () => {
  deepStrictEqual((await parse('[container]\nimage = "x"\n', "system")).values, { "box.image": "x" });
  deepStrictEqual((await parse("helpers_disabled = true\n", "system")).values, { allow_helpers: false });
  deepStrictEqual((await parse('[project]\nauth = "distinct"\n')).values, { group_auth: false });
  deepStrictEqual((await parse('[target_settings]\nmodel = "m"\n')).values, { model: "m" });
  deepStrictEqual((await parse('[paths]\nshell = "/x"\n')).values, { shell: "/x" });
});

Deno.test("a boolean stored as text is the boolean it says", async () => {
  strictEqual((await parse('[box]\nshare_images = "false"\n')).values["box.share_images"], false);
});

Deno.test("a root of shares and a share of the same name live side by side", async () => {
  const root = await parse('[system.path]\nshare_ro = "/r"\n', "system");
  deepStrictEqual(root.values, { "system.path.share_ro_root": "/r" });
  const both = await parse(
    '[system.path]\nshare_ro_root = "/r"\n[system.path.share_ro]\ndocs = "d:~/d"\n',
    "system",
  );
  deepStrictEqual(both.values, { "system.path.share_ro_root": "/r" });
  deepStrictEqual(plain(both.binds), { "system.path.share_ro.docs": "d:~/d" });
});

for (
  const [what, text, level, expected] of [
    [
      "a slip in a key",
      "[box]\nnetwrk = 'none'\n",
      "box",
      /box\.netwrk: unknown key\. Did you mean box\.network\?/,
    ],
    ["a slip in a table", "[bxo]\nnetwork = 'none'\n", "box", /Did you mean box\.network\?/],
    [
      "a slip that would pass as the agent's",
      "[crab]\nautonomus = false\n",
      "box",
      /Did you mean autonomous\?/,
    ],
    ["a key nobody knows", "[hub]\nfrobnicate = 1\n", "system", /hub\.frobnicate: unknown key/],
    ["an empty table nobody knows", "[frob]\n", "system", /frob: unknown key/],
    [
      "a key at the wrong level",
      "[system.path]\ndata = '/x'\n",
      "box",
      /system\.path\.data can be set at the level system/,
    ],
    ["a value of the wrong type", "[box]\npids = 'many'\n", "box", /box\.pids: .*whole number from 16/],
    ["a table in place of a value", "[box.network]\nx = 1\n", "box", /box\.network\.x: unknown key/],
    [
      "a resource scope there is none of",
      "[resource_overrides]\nx = 'mine'\n",
      "box",
      /shared, seeded or project/,
    ],
    ["the same thing said twice", "image = 'a'\n[box]\nimage = 'b'\n", "box", /says the same as image/],
    ["variables in the wrong file", "[env]\nA = '1'\n", "box", /file `env` beside/],
    ["text that is no TOML", "[box\n", "box", /line 1/],
  ] as const
) {
  Deno.test(`${what} is an error that names it`, async () => {
    await rejects(parse(text, level), (error: { code: string; message: string }) => {
      strictEqual(error.code, "bad-file");
      if (!expected.test(error.message)) throw new Error(error.message);
      return true;
    });
  });
}

Deno.test("an agent's own settings are kept as they are, empty ones too", async () => {
  deepStrictEqual(plain((await parse('[crab]\nprovider = ""\n')).agent), { provider: "" });
});

Deno.test("a file that is not there sets nothing; one that cannot be read is an error", async () => {
  await using box = await Sandbox.make();
  strictEqual(await readConfig(`${box.root}/none.toml`, "box"), EMPTY);
  await rejects(readConfig(`${box.root}/work`, "box"), { code: "cannot-read" });
});

Deno.test("a new system configuration costs no parsing", () => {
  strictEqual(setsNothing(defaultConfig()), true);
  strictEqual(setsNothing(defaultConfig() + 'image = "x"\n'), false);
  strictEqual(setsNothing("[unknown]\n"), false);
});

Deno.test("F8: the words of earlier versions for modes and layouts are read, and neither offered nor written", async () => {
  const modeOf = async (mode: string, layout: string) => {
    const { values } = await parseConfig(`[project]\nmode = "${mode}"\nlayout = "${layout}"\n`, "p", "box");
    return [values["mode"], values["layout"]];
  };
  for (const word of ["local", "account_centric", "account-centric", "default"]) {
    deepStrictEqual(await modeOf(word, "tree"), ["default", "robust"]);
  }
  deepStrictEqual(await modeOf("decentralized", "simple"), ["standalone", "simple"]);
  await rejects(modeOf("toString", "tree"), /Use default, workset or standalone/);
});

Deno.test("F8: a project without a vault, as 1.2.5 writes it, is read", async () => {
  const text =
    '[project]\nmode = "local"\nvault_enabled = "false"\n[resolved]\nvault_ro = ""\nvault_rw = ""\n';
  deepStrictEqual((await parseConfig(text, "p", "box")).values, {
    "mode": "default",
    "vault.enabled": false,
  });
});
