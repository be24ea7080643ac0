// What a change does when something is in its way, and what is refused before.

import { exists } from "../../../lib/host/path.ts";
import assert from "node:assert/strict";
import type { Host } from "../../../lib/config/system.ts";
import { KanibakoError } from "../../../lib/host/error.ts";
import { run } from "../../../lib/host/process.ts";
import { FileLock } from "../../../lib/host/store.ts";
import { type Change, runChange, showChange } from "../../../lib/project/change/change.ts";
import { JournalFile } from "../../../lib/project/change/journal.ts";
import { recoverChanges } from "../../../lib/project/change/recover.ts";
import { changesMark, checkUnchanged } from "../../../lib/project/change/check_unchanged.ts";
import { planConvert } from "../../../lib/project/convert.ts";
import { createProject } from "../../../lib/project/create.ts";
import { planDuplicate } from "../../../lib/project/duplicate.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { planMove } from "../../../lib/project/move.ts";
import type { Project } from "../../../lib/project/project.ts";
import { planRemoval } from "../../../lib/project/purge.ts";
import { updateRegistry } from "../../../lib/project/registry.ts";
import { planRemap } from "../../../lib/project/remap.ts";
import { findRemoval } from "../../../lib/project/remove.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { Sandbox } from "../../config/support.ts";
import { filled, long, scenarios } from "./scenarios.ts";
import { picture } from "./world.ts";
import { denoDir } from "../../support/deno_dir.ts";

async function world(): Promise<{ box: Sandbox; host: Host; work: string; app: Project }> {
  const box = await Sandbox.make();
  const host = await box.open();
  const work = `${box.root}/work`;
  return { box, host, work, app: await filled(await createProject(host, { path: `${work}/app` })) };
}

Deno.test("a process killed in the middle of a copy leaves the old state, and nothing beside it", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await long.setUp(host, `${box.root}/work`);
  const old = await picture(box);
  const change = await long.plan(host, `${box.root}/work`);
  const at = change.steps.findIndex((step) => step.do === "copy");
  const victim = new URL("./victim.ts", import.meta.url).pathname;
  const { code, stderr } = await run(
    [Deno.execPath(), "run", "-A", "--no-check", "--quiet", victim, box.root, "long", String(at), "during"],
    { env: { ...box.env(), DENO_DIR: denoDir() } },
  );
  assert.equal(code, 137, stderr);
  assert.notEqual(await picture(box), old, "nothing of the copy was there");
  const [said] = await recoverChanges(host);
  assert.match(said!, /rolled back/);
  assert.equal(await picture(box), old);
});

Deno.test("an interrupted change is taken back at once", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await long.setUp(host, `${box.root}/work`);
  const old = await picture(box);
  const controller = new AbortController();
  const ended = runChange(host, await long.plan(host, `${box.root}/work`), {
    signal: controller.signal,
    onProgress: () => controller.abort(new KanibakoError("interrupted", "Interrupted.")),
  });
  await assert.rejects(ended, { code: "interrupted" });
  assert.equal(await picture(box), old);
  assert.deepEqual(await recoverChanges(host), []);
});

for (const name of Object.keys(scenarios)) {
  Deno.test(`${name}: when any of its steps fails, all is as it was`, async () => {
    await using box = await Sandbox.make();
    const host = await box.open();
    const work = `${box.root}/work`;
    await scenarios[name]!.setUp(host, work);
    const old = await picture(box);
    const change = await scenarios[name]!.plan(host, work);
    assert.ok(showChange(change).length > 0);
    for (let at = 0; at < change.commitAt; at++) {
      const failing = runChange(host, change, {
        onStep: (index, _step, when) => {
          if (index === at && when === "performed") throw new Error("stop here");
        },
      });
      await assert.rejects(failing, /stop here/);
      assert.equal(await picture(box), old, `step ${at}`);
    }
    await runChange(host, change);
    assert.notEqual(await picture(box), old);
  });
}

Deno.test("a home moves to another file system and back, whole, and nothing is left behind", async () => {
  const boxes = await Deno.makeTempDir({ dir: "/dev/shm" });
  try {
    await using box = await Sandbox.make();
    assert.notEqual((await Deno.stat(boxes)).dev, (await Deno.stat(box.root)).dev);
    const host = await box.open(`[system.path]\nboxes = "${boxes}"\n`);
    const app = await filled(await createProject(host, { path: `${box.root}/work/app` }));
    await Deno.symlink("er/file", `${app.home}/deep/link`);
    const there = await planConvert(host, app, { mode: "standalone" });
    assert.ok(there.steps.some((step) => step.do === "copy" && step.moves));
    assert.deepEqual((await runChange(host, there)).left, []);
    const alone = await locateProject(host, app.path, "/");
    assert.equal(await Deno.readTextFile(`${alone.home}/deep/er/file`), "deep");
    assert.equal(await Deno.readLink(`${alone.home}/deep/link`), "er/file");
    assert.equal(exists(app.metadata), false);
    await runChange(host, await planConvert(host, alone, { mode: "default" }));
    const back = await locateProject(host, "app", "/");
    assert.equal(back.home, app.home);
    assert.equal(await Deno.readTextFile(`${back.home}/.marker`), "home");
    assert.equal(exists(alone.metadata), false);
  } finally {
    await Deno.remove(boxes, { recursive: true });
  }
});

Deno.test("what is changed while it is moved to another file system stays where it was", async () => {
  const boxes = await Deno.makeTempDir({ dir: "/dev/shm" });
  try {
    await using box = await Sandbox.make();
    const host = await box.open(`[system.path]\nboxes = "${boxes}"\n`);
    const app = await filled(await createProject(host, { path: `${box.root}/work/app` }));
    for (let file = 0; file < 6000; file++) await Deno.writeTextFile(`${app.home}/${file}`, "x".repeat(5000));
    let written = false;
    const change = await planConvert(host, app, { mode: "standalone" });
    const ended = runChange(host, change, {
      onProgress: () => {
        if (!written) Deno.writeTextFileSync(`${app.home}/new`, "late");
        written = true;
      },
    });
    await assert.rejects(ended, { code: "changed" });
    assert.equal(exists(`${app.path}/.kanibako`), false);
    assert.equal(await Deno.readTextFile(`${app.home}/new`), "late");
  } finally {
    await Deno.remove(boxes, { recursive: true });
  }
});

Deno.test("a name that was taken meanwhile ends a change, and all is as it was", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const old = await picture(box);
  const change = await planDuplicate(host, app, { cwd: work, name: "wanted" });
  await updateRegistry(host, (draft) => void (draft.projects["wanted"] = `${work}/elsewhere`));
  await assert.rejects(runChange(host, change), { code: "name-taken" });
  await updateRegistry(host, (draft) => void delete draft.projects["wanted"]);
  assert.equal(await picture(box), old);
  await runChange(host, change);
  assert.equal((await locateProject(host, "wanted", "/")).path, `${work}/app-copy`);
});

Deno.test("a box that is being started cannot be changed, and one at rest can", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const change = await planMove(host, app, `${work}/new`, "/");
  {
    using _launching = await FileLock.acquire(`${app.state}/launch.lock`);
    await assert.rejects(runChange(host, change), { code: "busy" });
    assert.equal(exists(app.path), true);
  }
  await runChange(host, change);
  assert.equal(exists(app.path), false);
});

Deno.test("what a check finds under the lock ends a change before it has begun", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const old = await picture(box);
  const change = await planMove(host, app, `${work}/new`, "/");
  const check = () => Promise.reject(new KanibakoError("running", "It runs."));
  await assert.rejects(runChange(host, change, { check }), { code: "running" });
  assert.equal(await picture(box), old);
});

Deno.test("a box is not started while it is changed, nor at a place it had before", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const mark = changesMark(host);
  await checkUnchanged(host, app, mark);
  await runChange(host, await planMove(host, app, `${work}/new`, "/"), {
    onStep: async () => {
      await assert.rejects(checkUnchanged(host, app, changesMark(host)), { code: "busy" });
      await checkUnchanged(host, { id: "kanibako-other", name: "other" }, changesMark(host));
    },
  });
  await assert.rejects(checkUnchanged(host, app, mark), { code: "stale" });
  await checkUnchanged(host, app, changesMark(host));
});

Deno.test("a change that lives is left alone by others", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  await runChange(host, await planMove(host, app, `${work}/new`, "/"), {
    onStep: async () => assert.deepEqual(await recoverChanges(host), []),
  });
  assert.equal((await locateProject(host, "app", "/")).path, `${work}/new`);
});

Deno.test("a change that cannot be recovered is reported, stays, and keeps its box from starting", async () => {
  const { box, host, app } = await world();
  await using _box = box;
  const change: Change = {
    what: "move",
    about: "app",
    projects: [app.id],
    steps: [{ do: "workset", root: `${box.root}/nowhere` }],
    commitAt: 1,
  };
  const file = new JournalFile(host, "stuck");
  await Deno.mkdir(`${host.dirs.state}/changes`, { recursive: true });
  await file.write({ version: 1, ...change, pid: Deno.pid, done: 0, made: {} });
  const [said] = await recoverChanges(host);
  assert.match(said!, /cannot be rolled back/);
  await assert.rejects(checkUnchanged(host, app, changesMark(host)), { code: "busy" });
  await file.remove();
  await checkUnchanged(host, app, changesMark(host));
});

Deno.test("a duplicate's home has the login the box shares with the host, and none that is the box's own", async () => {
  for (
    const [distinctAuth, withCredentials, there] of [[false, false, true], [true, false, false], [
      true,
      true,
      true,
    ]]
  ) {
    await using box = await Sandbox.make();
    const host = await box.open();
    const path = `${box.root}/work/app`;
    const app = await createProject(host, { path, distinctAuth: distinctAuth! });
    await box.write(`${app.home}/.claude/.credentials.json`, "{}");
    await box.write(`${app.home}/.claude/settings.json`, "{}");
    await box.write(
      `${app.state}/steps.json`,
      `{"home":1,"credentials":{"claude":"abc"},"conversations":["claude"]}`,
    );
    await runChange(host, await planDuplicate(host, app, { cwd: "/", withCredentials: withCredentials! }));
    const copy = await locateProject(host, `${path}-copy`, "/");
    assert.equal(copy.sharedAuth, !distinctAuth);
    assert.equal(exists(`${copy.home}/.claude/.credentials.json`), there);
    assert.equal(exists(`${copy.home}/.claude/settings.json`), true);
    const steps = JSON.parse(await Deno.readTextFile(`${copy.state}/steps.json`));
    assert.deepEqual(steps.conversations, ["claude"]);
    assert.deepEqual(Object.keys(steps.credentials), there ? ["claude"] : []);
    assert.equal(exists(`${app.home}/.claude/.credentials.json`), true);
  }
});

Deno.test("settings nobody has approved do not come to count by a change of mode; approved ones do", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const app = await filled(await createProject(host, { path: `${box.root}/work/app`, mode: "standalone" }));
  const file = `${app.metadata}/project.toml`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, `${text}\n[box]\nnetwork = "open"\n`);
  await assert.rejects(planConvert(host, app, { mode: "default" }), { code: "not-approved" });
  await Deno.writeTextFile(file, text);
  await runChange(host, await planConvert(host, app, { mode: "default" }));
  assert.match(await Deno.readTextFile(`${host.system.paths.boxes}/app/project.toml`), /mode = "default"/);
});

Deno.test("a standalone project that moves keeps what was approved, and a copy of unapproved settings gets no approval", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const work = `${box.root}/work`;
  const app = await filled(await createProject(host, { path: `${work}/app`, mode: "standalone" }));
  const { approvedBoxFiles } = await import("../../../lib/config/box_files.ts");
  await runChange(host, await planMove(host, app, `${work}/new`, "/"));
  const moved = await locateProject(host, `${work}/new`, "/");
  assert.deepEqual((await approvedBoxFiles(host.dirs.state, moved)).env, { COLOUR: "green" });
  await Deno.writeTextFile(`${moved.metadata}/env`, "COLOUR=red\n");
  await runChange(host, await planDuplicate(host, moved, { cwd: work }));
  const copy = await locateProject(host, `${work}/new-copy`, "/");
  await assert.rejects(approvedBoxFiles(host.dirs.state, copy), { code: "not-approved" });
});

Deno.test("comments and settings of a project survive its moves and migrations", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const file = `${app.metadata}/project.toml`;
  await Deno.writeTextFile(file, `# mine\n${await Deno.readTextFile(file)}\n[box]\nimage = "jvm" # needed\n`);
  await runChange(host, await planMove(host, app, `${work}/new`, "/"));
  await runChange(
    host,
    await planConvert(host, await locateProject(host, "app", "/"), { mode: "standalone" }),
  );
  const text = await Deno.readTextFile(`${work}/new/.kanibako/project.toml`);
  assert.match(text, /^# mine\n/);
  assert.match(text, /image = "jvm" # needed/);
  assert.match(text, /mode = "standalone"/);
  assert.doesNotMatch(text, /workspace/);
});

Deno.test("a distinct login stays distinct in a group that shares the host's", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await createWorkset(host, { path: `${box.root}/work/client`, distinctAuth: true });
  const app = await filled(await createProject(host, { path: `${box.root}/work/client/workspaces/app` }));
  assert.equal(app.sharedAuth, false);
  await runChange(host, await planConvert(host, app, { mode: "default", path: `${box.root}/work/out` }));
  assert.equal((await locateProject(host, `${box.root}/work/out`, "/")).sharedAuth, false);
});

Deno.test("a symlink in a project is copied as one, wherever it leads", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const secret = await box.write("home/secret", "secret");
  await Deno.symlink(secret, `${app.path}/out`);
  await Deno.symlink(secret, `${app.home}/out`);
  await runChange(host, await planDuplicate(host, app, { cwd: work }));
  const copy = await locateProject(host, "app-copy", "/");
  assert.equal(await Deno.readLink(`${copy.path}/out`), secret);
  assert.equal(await Deno.readLink(`${copy.home}/out`), secret);
});

Deno.test("places where a project cannot go are refused, and others are not", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  await createWorkset(host, { path: `${work}/client` });
  const member = await createProject(host, { path: `${work}/client/workspaces/one` });
  await box.folder("there");
  const refused: [string, string][] = [
    [`${work}/app`, "same-place"],
    [`${work}/there`, "exists"],
    [`${work}/app/inside`, "nested-project"],
    [`${work}/client/workspaces/app`, "in-workset"],
    [`${work}/client/workspaces/one/in`, "nested-project"],
    ["/etc/app", "unsafe-workspace"],
    [`${box.root}/home/.ssh/app`, "unsafe-workspace"],
  ];
  const old = await picture(box);
  for (const [path, code] of refused) await assert.rejects(planMove(host, app, path, "/"), { code }, path);
  await assert.rejects(planMove(host, member, `${work}/out`, "/"), { code: "own-workspace" });
  await assert.rejects(planConvert(host, app, { mode: "default" }), { code: "same-mode" });
  await assert.rejects(planDuplicate(host, app, { cwd: work, path: `${work}/app/in` }), {
    code: "nested-project",
  });
  assert.equal(await picture(box), old);
  await planMove(host, app, `${work}/deep/er/app`, "/");
});

Deno.test("a folder with another project in it does not move, until that one has", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  const inner = await createProject(host, { path: `${app.path}/sub`, mode: "standalone", allowNested: true });
  await assert.rejects(planMove(host, app, `${work}/new`, "/"), { code: "holds-project" });
  await runChange(host, await planMove(host, inner, `${work}/sub`, "/"));
  await runChange(host, await planMove(host, app, `${work}/new`, "/"));
});

Deno.test("data that was kept when its project was forgotten is taken up again by its name", async () => {
  const { box, host, work, app } = await world();
  await using _box = box;
  await runChange(host, await planRemoval(host, await findRemoval(host, "app", "/"), false));
  await runChange(host, await planRemap(host, { old: "app", path: app.path, cwd: work }));
  const again = await locateProject(host, "app", "/");
  assert.equal(again.home, app.home);
  assert.equal(await Deno.readTextFile(`${again.home}/.marker`), "home");
  await assert.rejects(planRemap(host, { old: "other", path: app.path, cwd: work }), {
    code: "unknown-project",
  });
});
