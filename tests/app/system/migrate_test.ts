import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { migrate, type Migrated } from "../../../lib/app/system/migrate.ts";
import { launchLock, runRecord } from "../../../lib/config/box_state.ts";
import { ensureInitialised } from "../../../lib/config/initialise.ts";
import { readConfig } from "../../../lib/config/file.ts";
import { readCrabFile } from "../../../lib/crab/file.ts";
import { readSteps } from "../../../lib/crab/steps.ts";
import type { Host } from "../../../lib/config/system.ts";
import { FileLock } from "../../../lib/host/store.ts";
import { listBoxes } from "../../../lib/app/project/listing.ts";
import { createProject } from "../../../lib/project/create.ts";
import { untakenBoxes } from "../../../lib/project/earlier/untaken.ts";
import { listProjects, orphanHint } from "../../../lib/project/list.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { readRigRows } from "../../../lib/rig/registry.ts";
import { type EarlierHome, leave0, leave125, leave15 } from "../../support/earlier.ts";
import { AppWorld } from "../world.ts";

/** Every file below a folder, with its content. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) { for (const [inner, text] of await filesOf(path)) found.set(inner, text); }
    else if (isFile) found.set(path, await Deno.readTextFile(path));
  }
  return found;
}

async function unchanged(before: ReadonlyMap<string, string>, home: string): Promise<string[]> {
  const after = await filesOf(home);
  for (const [path, text] of before) strictEqual(after.get(path), text, path);
  return [...after.keys()].filter((path) => !before.has(path)).sort();
}

const names = (items: readonly Migrated[], fate: Migrated["fate"]) =>
  items.filter((item) => item.fate === fate).map(({ kind, name }) => `${kind} ${name}`);

async function initialised(world: AppWorld): Promise<Host> {
  await ensureInitialised(world.host);
  return await world.open();
}

async function checkApp(host: Host, { app }: EarlierHome, vault: string): Promise<void> {
  const project = await locateProject(host, "app");
  deepStrictEqual([project.path, project.vault?.readOnly], [app, vault]);
  match(await Deno.readTextFile(`${project.home}/.bashrc`), /MINE=1/);
  strictEqual(await Deno.readTextFile(`${project.metadata}/env`), "FOO=bar\n");
  const { resources } = await readConfig(`${project.metadata}/project.toml`, "box");
  deepStrictEqual({ ...resources }, { "settings.json": "project" });
  deepStrictEqual((await readSteps(project.state)).conversations, ["claude"]);
}

Deno.test("F8: data of 1.5 in YAML is taken over from another home, which stays as it is", async () => {
  await using world = await AppWorld.make();
  const old = await leave15(await world.folder("old"));
  const before = await filesOf(old.home);
  const host = await initialised(world);
  const { items } = await migrate(host, { from: old.home, cwd: old.home });
  deepStrictEqual(names(items, "take"), [
    "settings kanibako.toml",
    "variables env",
    "agent claude",
    "rig mine",
    "rig recipe Containerfile.template-go",
    "template general/standard",
    "shared folder global/pip",
    "box app",
    "workset research",
  ]);
  deepStrictEqual(names(items, "cannot"), ["other the plugin mine.py", "other messages between boxes"]);
  match(items.find(({ kind }) => kind === "box")!.notes!.join(), /not taken: made_up \(unknown key/);
  // A workset lies where it is; beside its files are ours.
  deepStrictEqual(await unchanged(before, old.home), [
    `${old.workset}/boxes/paper/project.toml`,
    `${old.workset}/workset.toml`,
  ]);
  await checkApp(host, old, `${old.app}/vault/share-ro`);
  const now = await world.open();
  strictEqual(now.system.config.values["allow_helpers"], false);
  strictEqual(
    now.system.config.values["box.image"],
    undefined,
    "a default that was written down says nothing",
  );
  deepStrictEqual({ ...now.system.config.shared }, { pip: ".cache/pip" });
  match(await Deno.readTextFile(now.system.paths.env), /EDITOR=nano/);
  const crab = await readCrabFile(now.system.paths, "claude");
  deepStrictEqual([crab?.runArgs, crab?.state["model"], { ...crab?.env }], [["--verbose"], "opus", {
    CLAUDE_X: "1",
  }]);
  strictEqual((await readRigRows(now.dirs))["mine"]?.image, "kanibako-rig-mine");
  const paper = await locateProject(now, "research/paper");
  strictEqual(paper.home, `${old.workset}/boxes/paper/shell`);
  strictEqual((await readConfig(`${paper.metadata}/project.toml`, "box")).values["model"], "haiku");
  // Once more: nothing is taken twice.
  deepStrictEqual(names((await migrate(now, { from: old.home, cwd: old.home })).items, "take"), []);
});

Deno.test("F8: data of 1.5 in this program's own folder is taken over where it is", async () => {
  await using world = await AppWorld.make();
  const { dirs } = world.host;
  const old = await leave15(await world.folder("old"), { data: dirs.data, config: dirs.configHome });
  const before = await filesOf(dirs.data);
  const host = await initialised(world);
  const { items } = await migrate(host, { cwd: old.home });
  ok(names(items, "take").includes("box app"));
  await unchanged(before, dirs.data);
  const project = await locateProject(host, "app");
  strictEqual(project.home, `${dirs.data}/boxes/app/shell`);
  await checkApp(host, old, `${old.app}/vault/share-ro`);
});

Deno.test("F8: boxes of 1.2.5 are used as they are: its words, its vault, its settings", async () => {
  await using world = await AppWorld.make();
  const { dirs } = world.host;
  const old = await leave125(await world.folder("old"), { data: dirs.data, config: dirs.configHome });
  const host = await initialised(world);
  const project = await locateProject(host, "app");
  deepStrictEqual([project.mode, project.sharedAuth, project.vault?.readWrite], [
    "default",
    false,
    `${old.app}/vault/share-rw`,
  ]);
  const { values } = await readConfig(`${project.metadata}/project.toml`, "box");
  deepStrictEqual([values["model"], values["box.image"]], ["sonnet", "kanibako-template-jvm"]);
  const before = await filesOf(dirs.data);
  const { items } = await migrate(host, { cwd: old.home });
  deepStrictEqual(names(items, "here"), ["box app", "workset research"]);
  await unchanged(before, dirs.data);
  await checkApp(host, old, `${old.app}/vault/share-ro`);
});

Deno.test("F8: boxes of 0.x, called by a hash, get names, and the original stays", async () => {
  await using world = await AppWorld.make();
  const old = await leave0(await world.folder("old"));
  const before = await filesOf(old.home);
  const host = await initialised(world);
  const { items } = await migrate(host, { from: `${old.home}/.local/share/kanibako`, cwd: "/" });
  deepStrictEqual(names(items, "take"), ["box app", "box app-2", "workset research"]);
  deepStrictEqual(await unchanged(before, old.home), []);
  const app = await locateProject(host, "app");
  deepStrictEqual([app.path, app.layout, app.vault?.readOnly], [
    old.app,
    "robust",
    `${app.metadata}/vault/ro`,
  ]);
  strictEqual(await Deno.readTextFile(`${app.metadata}/vault/rw/w`), "w\n");
  const second = await locateProject(host, "app-2");
  strictEqual(await Deno.readTextFile(`${second.home}/.note`), "other\n");
});

Deno.test("F8: a plan changes nothing", async () => {
  await using world = await AppWorld.make();
  const old = await leave15(await world.folder("old"));
  const host = await initialised(world);
  const before = await filesOf(world.sandbox.root);
  const { items } = await migrate(host, { from: old.home, cwd: "/", plan: true });
  match(items.find(({ kind }) => kind === "box")!.steps.join("\n"), /Copy .*shell to .*boxes\/app\/shell/);
  deepStrictEqual(await unchanged(before, world.sandbox.root), []);
});

Deno.test("F8: a standalone project is taken over in its folder, and its settings still ask", async () => {
  await using world = await AppWorld.make();
  const folder = await world.folder("alone");
  await Deno.mkdir(`${folder}/.kanibako/shell`, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/.kanibako/project.yaml`,
    "project:\n  mode: decentralized\nbox:\n  image: min\n",
  );
  const host = await initialised(world);
  const { items } = await migrate(host, { cwd: `${folder}/.kanibako` });
  deepStrictEqual(names(items, "take"), ["standalone project alone"]);
  const project = await locateProject(host, folder);
  deepStrictEqual([project.mode, project.home], ["standalone", `${folder}/.kanibako/shell`]);
  deepStrictEqual((await listProjects(host)).map(({ path }) => path), [], "known here once it was used");
});

Deno.test("F8: nothing is written to a standalone project while a box runs that was shown it", async () => {
  await using world = await AppWorld.make();
  const outer = await world.folder("outer");
  const folder = `${outer}/alone`;
  await Deno.mkdir(`${folder}/.kanibako/shell`, { recursive: true });
  await Deno.writeTextFile(`${folder}/.kanibako/project.yaml`, "project:\n  mode: decentralized\n");
  const host = await initialised(world);
  const project = await createProject(host, { path: outer });
  // A box that is being started, and is shown the folder around.
  const lock = await FileLock.acquire(launchLock(project.state));
  const record = {
    ...{ run: "r1", box: project.id, runtime: "podman", place: {}, image: "i", lifetime: "ephemeral" },
    ...{ phase: "starting", agent: "", sharedAuth: false, conversation: false, services: {}, startedAt: 1 },
    ...{ has: {}, shown: [outer] },
  };
  await Deno.writeTextFile(runRecord(project.state), JSON.stringify(record), { mode: 0o600 });
  const { items } = await migrate(host, { from: folder, cwd: "/" });
  match(items[0]!.why ?? "", /is running and would see/);
  deepStrictEqual([...Deno.readDirSync(`${folder}/.kanibako`)].map(({ name }) => name).sort(), [
    "project.yaml",
    "shell",
  ]);
  lock[Symbol.dispose]();
  deepStrictEqual(names((await migrate(host, { from: folder, cwd: "/" })).items, "take"), [
    "standalone project alone",
  ]);
});

Deno.test("F8: data that would do harm is not taken, and its box is named", async () => {
  await using world = await AppWorld.make();
  const old = await world.folder("old");
  const data = `${old}/kanibako`;
  const secret = `${await world.folder("secret")}/key`;
  await Deno.writeTextFile(secret, "KEY");
  const box = async (name: string, settings: string) => {
    await Deno.mkdir(`${data}/boxes/${name}`, { recursive: true });
    await Deno.writeTextFile(`${data}/boxes/${name}/project.yaml`, settings);
  };
  const project = async (name: string) => `resolved:\n  workspace: ${await world.folder(name)}\n`;
  await box("home-link", await project("a"));
  await Deno.symlink(secret.slice(0, -4), `${data}/boxes/home-link/shell`);
  await box("settings-link", "");
  await Deno.remove(`${data}/boxes/settings-link/project.yaml`);
  await Deno.symlink(secret, `${data}/boxes/settings-link/project.yaml`);
  await box("etc", "resolved:\n  workspace: /etc\n");
  await box("huge", "a: |\n" + "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(40_000));
  await box(
    "bomb",
    "a: &a [x,x,x,x,x,x,x,x,x]\n" +
      [..."bcdefghi"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`)}]\n`).join(
        "",
      ),
  );
  await box("dots", "resolved:\n  workspace: /srv/../etc\n");
  await box("__unregistered__", await project("c"));
  await box("shares", `${await project("b")}box:\n  path:\n    share_ro:\n      keys: ${old}:~/keys\n`);
  await Deno.writeTextFile(
    `${data}/names.yaml`,
    `projects:\n  '../../x': ${await world.folder("odd")}\n  gone: /nowhere\n  settings-link: ${await world
      .folder("d")}\n`,
  );
  const host = await initialised(world);
  const { items } = await migrate(host, { from: data, cwd: "/" });
  deepStrictEqual(names(items, "take").sort(), ["box home-link", "box shares"]);
  deepStrictEqual(
    names(items, "cannot").sort(),
    ["../../x", "__unregistered__", "bomb", "dots", "etc", "gone", "huge", "settings-link"].map((name) =>
      `box ${name}`
    )
      .sort(),
  );
  const linked = await locateProject(host, "home-link");
  await rejects(Deno.lstat(linked.home), Deno.errors.NotFound, "no home was made of a link");
  const text = await Deno.readTextFile(`${host.system.paths.boxes}/shares/project.toml`);
  ok(!text.includes("share_ro"), "nobody said yes to the share");
  ok(world.ui.codes.includes("shares-left"));
});

Deno.test("F8: shares of data from elsewhere are taken when somebody says so", async () => {
  await using world = await AppWorld.make();
  const old = await leave15(await world.folder("old"));
  await Deno.writeTextFile(
    `${old.data}/boxes/app/project.yaml`,
    `resolved:\n  workspace: ${old.app}\nbox:\n  path:\n    share_ro:\n      docs: ${old.home}:~/docs\n`,
  );
  const host = await initialised(world);
  await migrate(host, { from: old.home, cwd: "/", approve: true });
  match(await Deno.readTextFile(`${host.system.paths.boxes}/app/project.toml`), /docs = /);
});

Deno.test("F8: data that others can change is taken over only when somebody says so", async () => {
  await using world = await AppWorld.make();
  const old = await leave15(await world.folder("old"));
  const host = await initialised(world);
  await Deno.chmod(old.data, 0o777);
  await rejects(migrate(host, { from: old.home, cwd: "/" }), (error: { code: string; hints: string[] }) => {
    strictEqual(error.code, "unsafe-mode");
    match(error.hints.join(), /--approve/);
    return true;
  });
  const { items } = await migrate(host, { from: old.home, cwd: "/", approve: true });
  ok(names(items, "take").includes("box app"));
  match(items.find(({ kind }) => kind === "box")!.notes!.join(), /it sets: .*box\.image.*env\.FOO/);
});

Deno.test("F8: settings and variables of groups are taken over, what is set here stays, and no login becomes shared", async () => {
  await using world = await AppWorld.make();
  const old = await leave15(await world.folder("old"));
  await Deno.writeTextFile(
    `${old.data}/config.yaml`,
    "project:\n  group_auth: false\ncrab:\n  model: opus\n",
  );
  await Deno.writeTextFile(`${old.workset}/config.yaml`, "box:\n  image: min\nenable_vault: false\n");
  await Deno.writeTextFile(`${old.data}/env`, "EDITOR=nano\nHOME=/x\nMINE=old\nexport A=1\n");
  await Deno.writeTextFile(
    `${old.workset}/workset.yaml`,
    "name: research\ngroup_auth: false\nprojects:\n- name: paper\n",
  );
  const host = await initialised(world);
  await Deno.writeTextFile(host.system.paths.env, "MINE=new\n");
  const { items } = await migrate(host, { from: old.home, cwd: "/" });
  const { values } = await readConfig(host.system.paths.defaultWorkset, "workset");
  deepStrictEqual([values["group_auth"], values["model"]], [false, "opus"]);
  const group = await readConfig(`${old.workset}/config.toml`, "workset");
  deepStrictEqual([group.values["box.image"], group.values["vault.enabled"]], ["min", false]);
  strictEqual((await locateProject(host, "research/paper")).sharedAuth, false);
  strictEqual(await Deno.readTextFile(host.system.paths.env), "MINE=new\nEDITOR=nano\n");
  const notes = items.find(({ kind }) => kind === "variables")!.notes!.join("; ");
  match(notes, /line 4 .*the variable HOME \(the box itself sets it\); MINE stays as it is set here/);
});

Deno.test("F8: an interruption takes back what was begun, and the next call goes on", async () => {
  await using world = await AppWorld.make();
  const old = await leave0(await world.folder("old"));
  const host = await initialised(world);
  const abort = new AbortController();
  const said = new Error("interrupted");
  const ui = {
    ...host.ui,
    progress: () => ({
      ...host.ui.progress(),
      step: (text: string) => {
        if (text.endsWith("box app-2")) abort.abort(said);
      },
    }),
  } as unknown as Host["ui"];
  await rejects(migrate({ ...host, ui }, { from: old.home, cwd: "/", signal: abort.signal }), said);
  await rejects(Deno.lstat(`${host.system.paths.boxes}/app-2`), Deno.errors.NotFound);
  deepStrictEqual(names((await migrate(host, { from: old.home, cwd: "/" })).items, "take"), [
    "box app-2",
    "workset research",
  ]);
});

Deno.test("F8: two boxes never get one home, whatever the settings of a copy say", async () => {
  await using world = await AppWorld.make();
  const { dirs } = world.host;
  await leave125(await world.folder("old"), { data: dirs.data, config: dirs.configHome });
  const copy = await world.folder("copy");
  await Deno.mkdir(`${dirs.data}/boxes/copy/shell`, { recursive: true });
  await Deno.writeTextFile(
    `${dirs.data}/boxes/copy/project.toml`,
    `[project]\nmode = "local"\n[resolved]\nworkspace = "${copy}"\nshell = "${dirs.data}/boxes/app/shell"\n`,
  );
  const file = `${dirs.data}/names.toml`;
  await Deno.writeTextFile(
    file,
    (await Deno.readTextFile(file)).replace("[projects]", `[projects]\ncopy = "${copy}"`),
  );
  const project = await locateProject(await initialised(world), "copy");
  strictEqual(project.home, `${dirs.data}/boxes/copy/shell`);
});

Deno.test("F8: a folder without such data is an error that says what can be named", async () => {
  await using world = await AppWorld.make();
  const folder = await world.folder("empty");
  await rejects(
    migrate(await initialised(world), { from: folder, cwd: "/" }),
    (error: { code: string; hints: string[] }) => {
      strictEqual(error.code, "no-data");
      match(error.hints.join(), /data folder/);
      return true;
    },
  );
});

Deno.test("F8: boxes that are not taken over yet are counted beside the list, and named when their folder becomes a project", async () => {
  await using world = await AppWorld.make();
  const { dirs } = world.host;
  const old = await leave15(await world.folder("old"), { data: dirs.data, config: dirs.configHome });
  await leave0(await world.folder("older"), { data: dirs.data, config: `${dirs.configHome}/none` });
  const host = await initialised(world);
  strictEqual(await untakenBoxes(host), 3);
  match(await orphanHint(host, old.app) ?? "", /box of an earlier version.*kanibako system migrate/);
  match(await orphanHint(host, `${world.sandbox.root}/work/older/app`) ?? "", /box of an earlier version/);
  await listBoxes(host);
  match(JSON.stringify(world.ui.notes), /3 boxes of an earlier version are not in use here/);
  await migrate(host, { cwd: old.home });
  strictEqual(await untakenBoxes(host), 0);
  strictEqual(await orphanHint(host, old.app), undefined);
});

Deno.test("F8: a workset whose name is taken gets another one, or is left with the command that gives it one", async () => {
  await using world = await AppWorld.make();
  const first = await leave0(await world.folder("first"));
  const yaml = await leave15(await world.folder("yaml"));
  const toml = await leave125(await world.folder("toml"));
  const host = await initialised(world);
  await migrate(host, { from: first.home, cwd: first.home });
  const before = await filesOf(yaml.home);
  const second = await migrate(host, { from: yaml.home, cwd: yaml.home, approve: true });
  const taken = second.items.find(({ kind }) => kind === "workset");
  deepStrictEqual([taken?.fate, taken?.name], ["take", "research-2"]);
  ok(taken?.notes?.includes("it was called research"));
  await unchanged(before, yaml.home);
  match(await Deno.readTextFile(`${yaml.workset}/workset.toml`), /^name = "research-2"$/m);
  const again = await migrate(host, { from: yaml.home, cwd: yaml.home, approve: true });
  deepStrictEqual(again.items.find(({ kind }) => kind === "workset")?.fate, "here");

  for (const plan of [true, false]) {
    const { items } = await migrate(host, { from: toml.home, cwd: toml.home, approve: true, plan });
    const left = items.find(({ kind }) => kind === "workset");
    deepStrictEqual([left?.fate, left?.name], ["cannot", "research"]);
    strictEqual(
      left?.why,
      "its name is taken here. To register it under another one: " +
        `kanibako workset create --existing ${toml.workset} --name NAME`,
    );
  }
});
