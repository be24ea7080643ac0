import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { defaultConfig, ensureInitialised } from "../../lib/config/initialise.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { openHost } from "../../lib/config/system.ts";
import { checkOwnership } from "../../lib/config/ownership.ts";
import { listing, Sandbox } from "./support.ts";

Deno.test("openHost needs no configuration and creates nothing", async () => {
  await using box = await Sandbox.make();
  const before = await listing(box.root);
  const host = await box.open();
  strictEqual(host.dirs.data, `${box.root}/data/kanibako`);
  strictEqual(host.system.paths.boxes, `${box.root}/data/kanibako/boxes`);
  deepStrictEqual(await listing(box.root), before);
});

Deno.test("system.path moves the data folder, and state and cache are named after it", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('[system.path]\ndata = "$XDG_DATA_HOME/other"\ncrabs = "~/crabs"\n');
  strictEqual(host.dirs.data, `${box.root}/data/other`);
  strictEqual(host.dirs.state, `${box.root}/state/other`);
  strictEqual(host.dirs.cache, `${box.root}/cache/other`);
  strictEqual(host.system.paths.boxes, `${box.root}/data/other/boxes`);
  strictEqual(host.system.paths.crabs, `${box.root}/home/crabs`);
});

Deno.test("the older paths table still counts, beneath system.path", async () => {
  await using box = await Sandbox.make();
  const host = await box.open(
    '[paths]\ndata_path = "k$o"\nagents = "a"\nboxes = "b"\n[system.path]\nboxes = "/x/y"\n',
  );
  strictEqual(host.dirs.data, `${box.root}/data/k$o`);
  strictEqual(host.system.paths.crabs, `${box.root}/data/k$o/a`);
  strictEqual(host.system.paths.boxes, "/x/y");
});

Deno.test("a path that is relative, climbs or cannot be expanded is refused by its key", async () => {
  for (const value of ["relative", "/a/../b", "@system.path.data/x", "$HOME/x", "@system.path.boxes"]) {
    await using box = await Sandbox.make();
    await rejects(box.open(`[system.path]\ndata = ${JSON.stringify(value)}\n`), /system\.path\.data/);
  }
});

Deno.test("an unknown key or unreadable configuration stops every command", async () => {
  await using box = await Sandbox.make();
  await rejects(box.open("[box]\nsecurty = 'strict'\n"), /Did you mean box\.security\?/);
  await rejects(box.open("= x"), { code: "bad-file" });
  await Deno.remove(box.configFile);
  await Deno.mkdir(box.configFile);
  await rejects(box.open(), { code: "cannot-read" });
});

Deno.test("F4: a state folder that others may read is closed, one that they may write is refused with the command that fixes it", async () => {
  await using box = await Sandbox.make();
  const state = `${box.root}/state/kanibako`;
  await Deno.mkdir(state);
  await Deno.chmod(state, 0o755);
  await box.open();
  strictEqual((await Deno.stat(state)).mode! & 0o777, 0o700);
  await Deno.chmod(state, 0o757);
  await rejects(box.open(), (error: { code: string; hints: string[] }) => {
    strictEqual(error.code, "unsafe-mode");
    strictEqual(error.hints[0], `Run: chmod 700 ${state}`);
    return true;
  });
  await Deno.chmod(state, 0o700);
  await box.open();
});

Deno.test("F4: a folder that only the group may write is closed where that group is the user's own", async () => {
  await using box = await Sandbox.make();
  const data = `${box.root}/data/kanibako`;
  await Deno.mkdir(data);
  await Deno.chmod(data, 0o775);
  const opened = box.open();
  if (Deno.uid() !== 0 && Deno.gid() === Deno.uid()) {
    await opened;
    strictEqual((await Deno.stat(data)).mode! & 0o777, 0o755);
  } else await rejects(opened, { code: "unsafe-mode" });
});

Deno.test("a data folder or configuration others may write is refused; one they may read is not", async () => {
  await using box = await Sandbox.make();
  const data = `${box.root}/data/kanibako`;
  await Deno.mkdir(data);
  await Deno.chmod(data, 0o757);
  await rejects(box.open(), (error: { hints: string[] }) => {
    strictEqual(error.hints[0], `Run: chmod go-w ${data}`);
    return true;
  });
  await Deno.chmod(data, 0o755);
  await box.open("");
  await Deno.chmod(box.configFile, 0o666);
  await rejects(box.open(), { code: "unsafe-mode" });
  await Deno.chmod(box.configFile, 0o644);
  await box.open();
});

Deno.test("a folder of another user is refused, one's own is not", async () => {
  await using box = await Sandbox.make();
  await checkOwnership(`${box.root}/work`, "others may read");
  await rejects(checkOwnership(`${box.root}/work`, "others may read", Deno.uid()! + 1), (error: {
    code: string;
    hints: string[];
  }) => {
    strictEqual(error.code, "unsafe-owner");
    match(error.hints[0]!, /chown/);
    return true;
  });
});

Deno.test("a state folder that is a link is refused, to one's own folder and to nothing", async () => {
  await using box = await Sandbox.make();
  const state = `${box.root}/state/kanibako`;
  await Deno.mkdir(`${box.root}/elsewhere`, { mode: 0o700 });
  await Deno.symlink(`${box.root}/elsewhere`, state);
  await rejects(box.open(), /is a symlink/);
  await Deno.remove(`${box.root}/elsewhere`);
  await rejects(box.open(), /link to nothing/);
  await Deno.remove(state);
  await Deno.mkdir(state, { mode: 0o700 });
  await box.open();
});

Deno.test("the configuration is read in its old folder, and moved by the first that writes", async () => {
  await using box = await Sandbox.make();
  const old = await box.write("config/kanibako/kanibako.toml", "[box]\npids = 99\n");
  const host = await box.open();
  strictEqual(host.system.config.values["box.pids"], 99);
  strictEqual(host.system.file, old);
  ok((await Deno.stat(old)).isFile, "what only reads moves nothing");
  const moved = await ensureInitialised(host);
  strictEqual(moved.system.file, box.configFile);
  match(await Deno.readTextFile(box.configFile), /pids = 99/);
  strictEqual((await box.open()).system.config.values["box.pids"], 99);
  await rejects(Deno.lstat(`${box.root}/config/kanibako`));
  strictEqual(box.ui.codes.filter((code) => code === "moved").length, 1);
});

Deno.test("ensureInitialised makes everything once and never overwrites", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write("data/kanibako/env", "MINE=1\n");
  await ensureInitialised(host);
  strictEqual(await Deno.readTextFile(host.system.paths.env), "MINE=1\n");
  for (
    const path of [
      "boxes",
      "crabs",
      "containers",
      "templates/general/base",
      "comms",
    ]
  ) {
    await Deno.stat(`${host.dirs.data}/${path}`);
  }
  await box.open();
  const before = await listing(box.root);
  await ensureInitialised(host);
  deepStrictEqual(await listing(box.root), before);
});

Deno.test("an initialisation cut short is completed by the next", async () => {
  await using box = await Sandbox.make();
  const host = await box.open(defaultConfig());
  await box.write("data/kanibako/comms", "in the way");
  await rejects(ensureInitialised(host), { code: "cannot-create" });
  await Deno.remove(`${host.dirs.data}/comms`);
  await ensureInitialised(host);
  ok((await Deno.stat(`${host.dirs.data}/comms`)).isDirectory);
  match(await Deno.readTextFile(host.system.paths.env), /COLORTERM=truecolor/);
});

Deno.test("older places of boxes and environment are read, and moved by the first that writes, once", async () => {
  await using box = await Sandbox.make();
  const old = await box.write("data/kanibako/settings/app/project.toml", "");
  await box.write("config/kanibako/env", "A=1\n");
  const reader = await box.open();
  strictEqual(`${reader.system.paths.boxes}/app/project.toml`, old);
  strictEqual(await Deno.readTextFile(reader.system.paths.env), "A=1\n");
  const host = await ensureInitialised(reader);
  deepStrictEqual((await box.open()).system, host.system);
  await Deno.stat(`${host.system.paths.boxes}/app/project.toml`);
  strictEqual(await Deno.readTextFile(host.system.paths.env), "A=1\n");
});

Deno.test("the default configuration sets nothing, and is sound with every line taken in", async () => {
  const text = defaultConfig();
  deepStrictEqual((await parseConfig(text, "x", "system")).values, {});
  const all = await parseConfig(text.replace(/^#(?=[a-z_]+ = )/gm, ""), "x", "system");
  strictEqual(all.values["box.network"], "open");
  strictEqual(all.values["box.memory"], 0);
});

Deno.test("C54: root does not use the home of the user who called sudo, and its own it does", async () => {
  if (Deno.uid() !== 0) return console.log("  (this needs root: the home must be another user's)");
  await using box = await Sandbox.make();
  const open = (home: string, more: Readonly<Record<string, string>>) =>
    openHost((name) => ({ HOME: home, ...more })[name]);
  const home = `${box.root}/ann`;
  await Deno.mkdir(home);
  await Deno.chown(home, 65534, 65534);
  await rejects(open(home, { SUDO_UID: "65534" }), {
    code: "foreign-home",
    message: /runs as root, but HOME/,
  });
  deepStrictEqual(await listing(home), []);
  await open(home, {});
  await open(box.root, { SUDO_UID: "65534" });
  await rejects(openHost(() => undefined), {
    code: "no-home",
    message: "HOME is not set to an absolute path.",
  });
});
