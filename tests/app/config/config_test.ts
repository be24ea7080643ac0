import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { approveProject } from "../../../lib/app/config/approval.ts";
import { boxScope } from "../../../lib/app/config/box_scope.ts";
import { resetAllHere, resetHere, setHere } from "../../../lib/app/config/change.ts";
import { crabIds, crabScope } from "../../../lib/app/config/crab_scope.ts";
import { effectiveHere, readSetting, settingsHere } from "../../../lib/app/config/read.ts";
import { systemScope } from "../../../lib/app/config/system_scope.ts";
import { whoseLogin, worksetNamed, worksetScope } from "../../../lib/app/config/workset_scope.ts";
import { create } from "../../../lib/app/project/create.ts";
import { createWorkset } from "../../../lib/app/workset/create.ts";
import { Aborted } from "../../../lib/host/error.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { AppWorld } from "../world.ts";

async function boxOf(world: AppWorld): Promise<ReturnType<typeof boxScope>> {
  const { project } = await create(world.host, { path: await world.folder("api"), cwd: "/" });
  return boxScope(world.host, project);
}

Deno.test("a setting of a box is set, read, in effect and reset", async () => {
  await using world = await AppWorld.make();
  const scope = await boxOf(world);
  deepStrictEqual(await setHere(scope, "network", "none"), {
    name: "box.network",
    value: "none",
    withdrawn: { logins: 0, placeholders: 0, later: [] },
  });
  deepStrictEqual(await settingsHere(scope), new Map([["box.network", "none"]]));
  strictEqual((await readSetting(scope, "network", { effective: true })).value, "none");
  strictEqual((await effectiveHere(scope)).find(({ name }) => name === "box.network")?.level, "box");
  strictEqual((await resetHere(scope, "network")).reset, true);
  strictEqual((await resetHere(scope, "network")).reset, false);
  deepStrictEqual((await readSetting(scope, "network")).value, undefined);
  await rejects(setHere(scope, "netwrok", "none"), { code: "unknown-key" });
  deepStrictEqual(world.ui.notes, []);
});

Deno.test("what is wrong with where a secret or a key goes is found when it is set, and what is right is shown", async () => {
  await using world = await AppWorld.make();
  const scope = await boxOf(world);
  for (
    const [name, text] of [
      ["secret.API_TOKEN", "https://api.test/"],
      ["secret_file.API_TOKEN", "/etc/passwd"],
      ["secret_file.API_TOKEN", "~/.npmrc:relative"],
      ["ssh.bad..host", "~/.ssh/id.pub"],
      ["ssh.git.test", "id"],
    ] as const
  ) {
    await rejects(setHere(scope, name, text), /Cannot (bind|put|let)/, name);
  }
  for (
    const [name, text] of [
      ["secret.API_TOKEN", "api.test"],
      ["secret_file.API_TOKEN", "~/.npmrc:~/npmrc.in"],
      ["ssh.git.test:2222", "~/.ssh/id.pub"],
    ] as const
  ) {
    strictEqual((await setHere(scope, name, text)).value, text, name);
    strictEqual((await readSetting(scope, name, { effective: true })).value, text);
  }
});

Deno.test("secrets are masked, and shown only where one is asked for by name", async () => {
  await using world = await AppWorld.make();
  const scope = await boxOf(world);
  const set = await setHere(scope, "env.API_TOKEN", "hunter2");
  await setHere(scope, "env.EDITOR", "vi");
  const shown = JSON.stringify([
    set,
    [...await settingsHere(scope)],
    await effectiveHere(scope),
    await readSetting(scope, "env.API_TOKEN"),
    await readSetting(scope, "env.API_TOKEN", { effective: true }),
  ]);
  strictEqual(shown.includes("hunter2"), false);
  strictEqual(shown.includes('"vi"'), true);
  strictEqual((await readSetting(scope, "env.API_TOKEN", { reveal: true })).value, "hunter2");
});

Deno.test("resetting all is asked, names what goes, and leaves what the box is", async () => {
  await using world = await AppWorld.make();
  const scope = await boxOf(world);
  await setHere(scope, "network", "none");
  await setHere(scope, "env.A", "1");
  await rejects(resetAllHere(scope), Aborted);
  deepStrictEqual(world.ui.questions[0]?.details, ["  box.network", "  env.A"]);
  world.ui.yes = true;
  deepStrictEqual((await resetAllHere(scope)).names.toSorted(), ["box.network", "env.A"]);
  deepStrictEqual((await resetAllHere(scope)).names, []);
  strictEqual(world.ui.questions.length, 2, "where nothing is set nobody is asked");
  await locateProject(world.host, "api", "/");
});

Deno.test("settings of the system, of a workset and of an agent have places of their own", async () => {
  await using world = await AppWorld.make();
  await setHere(systemScope(world.host), "pids", "100");
  const host = await world.open();
  strictEqual((await readSetting(systemScope(host), "pids")).value, 100);
  await createWorkset(host, { path: await world.folder("client"), cwd: "/" });
  const workset = await worksetNamed(host, "client", "/");
  strictEqual(await whoseLogin(host, workset), "shared");
  await setHere(worksetScope(host, workset), "auth", "distinct");
  strictEqual(await whoseLogin(host, await worksetNamed(host, "client", "/")), "distinct");
  strictEqual((await crabIds(host)).includes("claude"), true);
  const crab = await crabScope(host, "claude");
  await setHere(crab, "model", "opus");
  strictEqual((await readSetting(crab, "model")).value, "opus");
});

Deno.test("a setting that only its agent knows goes by its name alone", async () => {
  await using world = await AppWorld.make();
  const goose = await crabScope(world.host, "goose");
  deepStrictEqual((await setHere(goose, "provider", "anthropic")).name, "crab.provider");
  strictEqual((await readSetting(goose, "provider")).value, "anthropic");
  strictEqual((await resetHere(goose, "provider")).reset, true);
  await rejects(setHere(await crabScope(world.host, "claude"), "provider", "x"), { code: "unknown-key" });
});

Deno.test("a folder that is no project has no settings of its own, but some in effect", async () => {
  await using world = await AppWorld.make();
  const scope = boxScope(world.host, await locateProject(world.host, await world.folder("new"), "/"));
  for (
    const call of [settingsHere(scope), readSetting(scope, "network"), setHere(scope, "network", "none")]
  ) {
    await rejects(call, { code: "no-project" });
  }
  strictEqual((await readSetting(scope, "network", { effective: true })).value, "open");
});

Deno.test("what a standalone project's files ask for is shown, secrets masked, and counts after a yes", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("clone");
  const { project } = await create(world.host, { path, cwd: "/", standalone: true });
  deepStrictEqual((await approveProject(world.host, "clone", "/")).approved, false);
  await Deno.writeTextFile(`${project.metadata}/env`, "MY_TOKEN=hunter2\n");
  await rejects(approveProject(world.host, path, "/"), Aborted);
  deepStrictEqual(world.ui.codes, ["settings-unapproved"]);
  match(world.ui.text, /env\.MY_TOKEN/);
  strictEqual(world.ui.text.includes("hunter2"), false);
  world.ui.yes = true;
  strictEqual((await approveProject(world.host, path, "/")).approved, true);
});
