import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { type AgentFacts, resetSettings, setSetting, settledName } from "../../lib/config/change.ts";
import { type ConfigPlace, systemPlace, worksetPlace } from "../../lib/config/place.ts";
import { readPlace, shownValue } from "../../lib/config/read.ts";
import { settingNamed } from "../../lib/config/setting_name.ts";
import { crabPlace } from "../../lib/crab/config_place.ts";
import { crabFileOf } from "../../lib/crab/file.ts";
import { run } from "../../lib/host/process.ts";
import { Sandbox } from "./support.ts";
import { denoDir } from "../support/deno_dir.ts";

const FACTS: AgentFacts = {
  settings: [{ key: "model", choices: [] }, { key: "access", choices: ["permissive", "default"] }],
  resources: ["plugins/", "settings.json"],
};

const set = (place: ConfigPlace, name: string, value: string) =>
  setSetting(place, settledName(settingNamed(name, place.level), FACTS), value, FACTS);
const reset = (place: ConfigPlace, ...names: string[]) =>
  resetSettings(place, names.map((name) => settledName(settingNamed(name, place.level), FACTS)));
const all = async (place: ConfigPlace) => Object.fromEntries(await readPlace(place));

for (
  const [name, text, stored, value] of [
    ["image", "min", '[box]\nimage = "min"\n', "min"],
    ["share_images", "no", "[box]\nshare_images = false\n", false],
    ["autonomous", "false", "[crab]\nautonomous = false\n", false],
    ["pids", "99", "[box]\npids = 99\n", 99],
    ["memory", "2g", '[box]\nmemory = "2g"\n', 2 ** 31],
    ["memory", "none", '[box]\nmemory = "none"\n', 0],
    ["cpus", "none", '[box]\ncpus = "none"\n', 0],
    ["model", "", '[crab]\nmodel = ""\n', ""],
    ["target_name", "codex", '[box]\ncrab = "codex"\n', "codex"],
    ["helpers_disabled", "true", "allow_helpers = false\n", false],
    ["auth", "distinct", "[project]\ngroup_auth = false\n", false],
    ["resource.plugins", "project", '[resource_overrides]\n"plugins/" = "project"\n', "project"],
    ["shared.pip", ".cache/pip", '[shared]\npip = ".cache/pip"\n', ".cache/pip"],
    ["box.path.share_ro.a.b", "~/x:~/x", '[box.path.share_ro]\n"a.b" = "~/x:~/x"\n', "~/x:~/x"],
    ["system.path.share_rw.off", "", '[system.path.share_rw]\noff = ""\n', ""],
    ["workset.path.share_ro.w", "$CRAB/a:~/a", '[workset.path.share_ro]\nw = "$CRAB/a:~/a"\n', "$CRAB/a:~/a"],
    ["system.path.share_ro.s", "s:~/s", '[system.path.share_ro]\ns = "s:~/s"\n', "s:~/s"],
    ["box.path.seeded.none", "empty", '[box.path.seeded]\nnone = "empty"\n', "empty"],
    ["crab.own", "1", '[crab]\nown = "1"\n', "1"],
  ] as const
) {
  Deno.test(`setSetting stores ${name}=${text} with its own type, and reads it back`, async () => {
    await using box = await Sandbox.make();
    const place = worksetPlace(await box.open(), undefined);
    await set(place, name, text);
    strictEqual(await Deno.readTextFile(place.file), stored);
    const { name: canonical } = settledName(settingNamed(name, "workset"), FACTS);
    deepStrictEqual(await all(place), { [canonical]: value });
    deepStrictEqual(await reset(place, name), [canonical]);
    deepStrictEqual(await all(place), {});
    deepStrictEqual(await reset(place, name), []);
  });
}

for (
  const [name, text, code, hint] of [
    ["start_mode", "newest", "bad-value", /continue, new or resume/],
    ["pids", "many", "bad-value", /whole number/],
    ["access", "root", "bad-value", /permissive or default/],
    ["resource.plugins", "mine", "bad-value", /shared, seeded or project/],
    ["resource.plugin", "project", "unknown-key", /resource\.plugins/],
    ["shared.pip", "../x", "bad-value", /path in the box's home/],
    ["box.path.share_ro.x", "nocolon", "bad-value", /folder on this machine/],
    ["box.path.share_ro.x", "docs:~/docs", "bad-value", /Use an absolute path/],
    ["box.path.share_rw.x", "/docs:docs", "bad-value", /~\/folder or \/folder/],
    ["system.path.share_ro.x", "$HOME/x:~/x", "bad-value", undefined],
    ["system.path.share_ro.x", "@system.path.dta:~/x", "bad-value", undefined],
    ["box.path.share_ro.x", "/a/../b:~/x", "bad-value", undefined],
    ["box.path.seeded.x", "/x:/etc/x", "bad-value", /in the box|~\/file/],
    ["imgae", "x", "unknown-key", /image/],
    ["crab.modle", "x", "unknown-key", /model/],
    ["env.A-B", "x", "bad-env", undefined],
    ["env.KANIBAKO_NAME", "x", "bad-env", undefined],
    ["system.path.data", "/x", "wrong-level", /kanibako system config/],
    ["mode", "standalone", "wrong-level", /decided when a project is created/],
    ["__proto__.x", "1", "unknown-key", undefined],
  ] as const
) {
  Deno.test(`setSetting refuses ${name}=${text} (${code}) and writes nothing`, async () => {
    await using box = await Sandbox.make();
    const place = worksetPlace(await box.open(), undefined);
    await rejects(async () => await set(place, name, text), (error: { code: string; hints: string[] }) => {
      strictEqual(error.code, code);
      if (hint) ok(error.hints.some((line) => hint.test(line)), error.hints.join("\n"));
      return true;
    });
    await rejects(Deno.stat(place.file), Deno.errors.NotFound);
  });
}

Deno.test("setSetting keeps to the spelling that a file already uses", async () => {
  await using box = await Sandbox.make();
  const place = worksetPlace(await box.open(), undefined);
  await Deno.mkdir(place.file.slice(0, place.file.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(
    place.file,
    '# old\nhelpers_disabled = true # no\n\n[container]\nimage = "a" # rig\n\n[target_settings]\nmodel = "x"\n',
  );
  await set(place, "allow_helpers", "true");
  await set(place, "image", "b");
  await set(place, "model", "y");
  strictEqual(
    await Deno.readTextFile(place.file),
    '# old\nhelpers_disabled = false # no\n\n[container]\nimage = "b" # rig\n\n[target_settings]\nmodel = "y"\n',
  );
  deepStrictEqual(await all(place), { allow_helpers: true, "box.image": "b", model: "y" });
});

Deno.test("a value is put below the line that shows it commented out", async () => {
  await using box = await Sandbox.make();
  const place = systemPlace(await box.open('[box]\n# The network.\n#network = "open"\n# Next.\n#pids = 9\n'));
  await set(place, "network", "none");
  strictEqual(
    await Deno.readTextFile(place.file),
    '[box]\n# The network.\n#network = "open"\nnetwork = "none"\n# Next.\n#pids = 9\n',
  );
});

Deno.test("variables keep the comments and the order of their file", async () => {
  await using box = await Sandbox.make();
  const place = systemPlace(await box.open());
  await Deno.mkdir(place.envFile!.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(place.envFile!, "# mine\nB=1\n\nA=1\n# last\nB = 2");
  await set(place, "env.B", "3");
  await set(place, "env.C", "x = y # z");
  strictEqual(await Deno.readTextFile(place.envFile!), "# mine\n\nA=1\n# last\nB=3\nC=x = y # z\n");
  deepStrictEqual(await reset(place, "env.A", "env.C"), ["env.A", "env.C"]);
  strictEqual(await Deno.readTextFile(place.envFile!), "# mine\n\n# last\nB=3\n");
  await rejects(set(place, "env.D", "two\nlines"), { code: "bad-value" });
});

Deno.test("the default workset has no variables, and says who has", async () => {
  await using box = await Sandbox.make();
  const place = worksetPlace(await box.open(), undefined);
  await rejects(set(place, "env.A", "1"), (error: { code: string; hints: string[] }) => {
    strictEqual(error.code, "wrong-level");
    ok(error.hints[0]!.includes("system config env."));
    return true;
  });
  const named = worksetPlace(await box.open(), { name: "w", root: await box.folder("w") });
  await set(named, "env.A", "1");
  deepStrictEqual(await all(named), { "env.A": "1" });
});

Deno.test("a system configuration that would keep every command from starting is not written", async () => {
  await using box = await Sandbox.make();
  const place = systemPlace(await box.open("# mine\n"));
  await rejects(set(place, "system.path.boxes", "@no.such.key"), { code: "bad-expression" });
  await rejects(set(place, "system.path.boxes", "relative"), { code: "bad-value" });
  strictEqual(await Deno.readTextFile(place.file), "# mine\n");
  await set(place, "system.path.boxes", "@system.path.data/b");
  deepStrictEqual(await all(place), { "system.path.boxes": "@system.path.data/b" });
});

Deno.test("resetSettings takes everything out, and leaves every comment", async () => {
  await using box = await Sandbox.make();
  const place = systemPlace(
    await box.open(
      '# top\n[box]\nimage = "a" # here\n# of pids\npids = 99\n\n[shared]\npip = ".cache/pip"\n[system.path]\nboxes = "/b"\n',
    ),
  );
  await set(place, "env.A", "1");
  strictEqual((await resetSettings(place, "all", (name) => name === "box.pids")).length, 4);
  deepStrictEqual(await all(place), { "box.pids": 99 });
  strictEqual((await resetSettings(place, "all")).length, 1);
  strictEqual(await Deno.readTextFile(place.file), "# top\n[box]\n# of pids\n\n");
});

Deno.test("a file that cannot be read stops a change, named with its line and what is expected", async () => {
  await using box = await Sandbox.make();
  const place = worksetPlace(await box.open(), undefined);
  await Deno.mkdir(place.file.slice(0, place.file.lastIndexOf("/")), { recursive: true });
  for (
    const [text, message] of [["[box]\npids = = 1\n", /line 2/], [
      "[box]\npids = 'x'\n",
      /whole number/,
    ]] as const
  ) {
    await Deno.writeTextFile(place.file, text);
    for (
      const act of [() => set(place, "image", "a"), () => readPlace(place), () => resetSettings(place, "all")]
    ) {
      await rejects(async () => await act(), (error: { code: string; message: string }) => {
        strictEqual(error.code, "bad-file");
        ok(error.message.includes(place.file) && message.test(error.message), error.message);
        return true;
      });
    }
    strictEqual(await Deno.readTextFile(place.file), text);
  }
});

Deno.test("an agent's file is changed in either of its shapes, comments kept", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const file = await box.write(
    "data/kanibako/agents/claude.toml",
    '# old\n[agent]\nname = "Claude" # who\ndefault_args = []\n[state]\nmodel = "opus"\nown = 1\n[env]\nA = "1"\n',
  );
  const place = crabPlace(host, "claude", file, "");
  deepStrictEqual(await all(place), {
    "crab.own": "1",
    "env.A": "1",
    model: "opus",
    name: "Claude",
    run_args: [],
  });
  await set(place, "model", "haiku");
  await set(place, "autonomous", "no");
  await set(place, "run_args", "--a  b");
  await set(place, "shell", "big");
  await set(place, "env.B", "2");
  await set(place, "crab.path.share_ro.x", "~/x:~/x");
  strictEqual(
    await Deno.readTextFile(file),
    '# old\n[agent]\nname = "Claude" # who\ndefault_args = [ "--a", "b" ]\nshell = "big"\n' +
      '[state]\nmodel = "haiku"\nown = 1\nautonomous = false\n[env]\nA = "1"\nB = "2"\n\n' +
      '[crab.path.share_ro]\nx = "~/x:~/x"\n',
  );
  const said = await crabFileOf(await Deno.readTextFile(file), file);
  deepStrictEqual([said.runArgs, said.template, said.env], [["--a", "b"], "big", { A: "1", B: "2" }]);
  deepStrictEqual(said.binds, { "crab.path.share_ro.x": "~/x:~/x" });
  await rejects(async () => await set(place, "image", "x"), { code: "wrong-level" });
});

Deno.test("an agent's new file starts from its own text", async () => {
  await using box = await Sandbox.make();
  const place = crabPlace(
    await box.open(),
    "claude",
    `${box.root}/data/kanibako/crabs/claude.toml`,
    '# new\n[crab]\nname = "Claude"\n# model = "opus"\n',
  );
  deepStrictEqual(await all(place), {});
  await set(place, "model", "haiku");
  strictEqual(
    await Deno.readTextFile(place.file),
    '# new\n[crab]\nname = "Claude"\n# model = "opus"\nmodel = "haiku"\n',
  );
});

Deno.test("shownValue says sizes as people write them", () => {
  strictEqual(shownValue("box.memory", 2 ** 31), "2g");
  strictEqual(shownValue("box.memory", 1.5 * 2 ** 30), "1536m");
  strictEqual(shownValue("box.memory", 0), "none");
  strictEqual(shownValue("box.cpus", 0), "none");
  strictEqual(shownValue("box.pids", 16), "16");
  strictEqual(shownValue("run_args", ["a", "b"]), "a b");
});

Deno.test("changes by many processes at once are all kept, with every comment", async () => {
  await using box = await Sandbox.make();
  await box.open('# mine\n[box]\nimage = "a" # keep\n');
  const worker = new URL("config_worker.ts", import.meta.url).pathname;
  const ended = await Promise.all(
    Array.from(
      { length: 8 },
      (_, number) =>
        run([Deno.execPath(), "run", "-A", "--no-check", "--quiet", worker, String(number)], {
          env: { ...box.env(), DENO_DIR: denoDir(), PATH: Deno.env.get("PATH") ?? "" },
        }),
    ),
  );
  deepStrictEqual(ended.map(({ code, stderr }) => [code, stderr]), ended.map(() => [0, ""]));
  const place = systemPlace(await box.open());
  const settings = await all(place);
  for (let number = 0; number < 8; number++) {
    for (let round = 0; round < 5; round++) {
      strictEqual(settings[`shared.c${number}-${round}`], `.cache/${number}`);
      strictEqual(settings[`env.V${number}_${round}`], "1");
    }
    strictEqual(settings[`shared.gone${number}`], undefined);
  }
  const text = await Deno.readTextFile(place.file);
  ok(text.startsWith('# mine\n[box]\nimage = "a" # keep\n'), text);
});
