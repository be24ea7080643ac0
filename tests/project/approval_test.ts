import { fromFile } from "../../lib/spec/source.ts";
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { approvedTexts, approveStandalone, recordStandalone } from "../../lib/config/approval.ts";
import { resolveSettings } from "../../lib/config/resolve.ts";
import { createProject, ensureProject } from "../../lib/project/create.ts";
import { listProjects } from "../../lib/project/list.ts";
import { locateProject } from "../../lib/project/locate.ts";
import type { Project } from "../../lib/project/project.ts";
import { Sandbox } from "../config/support.ts";

const HARMLESS = '[project]\nmode = "standalone"\nlayout = "default"\nname = "alone"\nenable_vault = true\n';

async function cloned(box: Sandbox, text: string, env?: string): Promise<string> {
  const path = await box.folder("clone");
  await box.write(`${path}/.kanibako/project.toml`, text);
  if (env !== undefined) await box.write(`${path}/.kanibako/env`, env);
  return path;
}

Deno.test("a cloned standalone project that only says what it is may be used, and is listed from then on", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await locateProject(host, undefined, await cloned(box, HARMLESS));
  const settings = await resolveSettings(host, project, undefined, {});
  strictEqual(settings.image.level, "default");
  await ensureProject(host, project);
  deepStrictEqual((await listProjects(host)).map(({ name }) => name), ["alone"]);
});

for (
  const [what, more, env, names] of [
    ["a network", '[box]\nnetwork = "open"\n', undefined, "box.network"],
    ["a rig", '[box]\nimage = "evil"\n', undefined, "box.image"],
    ["a share", '[box.path.share_ro]\nkeys = "~/.ssh:~/k"\n', undefined, "box.path.share_ro.keys"],
    ["a seed", '[box.path.seeded]\nkeys = "~/.ssh:~/k"\n', undefined, "box.path.seeded.keys"],
    ["a cache", '[shared]\npip = ".cache"\n', undefined, "shared.pip"],
    ["a resource", '[resource_overrides]\n"x" = "shared"\n', undefined, "resource.x"],
    ["the agent's freedom", "[crab]\nautonomous = true\n", undefined, "autonomous"],
    ["an agent's setting", '[crab]\nprovider = "evil"\n', undefined, "crab.provider"],
    ["a variable", "", "LD_PRELOAD=/x\n", "env.LD_PRELOAD"],
  ] as const
) {
  Deno.test(`${what} in a clone is refused by name until it is approved, and again once it changes`, async () => {
    await using box = await Sandbox.make();
    const host = await box.open();
    const path = await cloned(box, HARMLESS + more, env);
    const project: Project = await locateProject(host, undefined, path);
    const resolve = () => resolveSettings(host, project, undefined, {});
    await rejects(resolve(), (error: { code: string; message: string }) => {
      strictEqual(error.message.includes(`it sets ${names}, and was not approved on this machine`), true);
      return error.code === "not-approved";
    });
    await ensureProject(host, project);
    await rejects(resolve(), { code: "not-approved" });
    await approveStandalone(host.dirs.state, project);
    await resolve();
    const file = `${path}/.kanibako/${env === undefined ? "project.toml" : "env"}`;
    await Deno.writeTextFile(file, "# one more line\n", { append: true });
    await rejects(resolve(), /changed since it was approved/);
  });
}

Deno.test("what was said at creation on this machine is approved", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await createProject(host, {
    path: await box.folder("a"),
    mode: "standalone",
    image: "min",
  });
  const { image } = await resolveSettings(host, project, undefined, {});
  deepStrictEqual(image, { value: "min", level: "box", from: fromFile("box", "config") });
});

Deno.test("settings that are a link, no file or too large are refused", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await createProject(host, { path: await box.folder("a"), mode: "standalone" });
  const env = `${project.metadata}/env`;
  const resolve = () => resolveSettings(host, project, undefined, {});
  await resolve();
  await Deno.symlink("/etc/hostname", env);
  await rejects(resolve(), { code: "unsafe-file" });
  await Deno.remove(env);
  await Deno.mkdir(env);
  await rejects(resolve(), { code: "unsafe-file" });
  await Deno.remove(env);
  await Deno.writeTextFile(env, `A=${"x".repeat(300_000)}\n`);
  await rejects(resolve(), { code: "unsafe-file" });
});

Deno.test("T11 a second settings file in the workspace is refused by name: a box could have written it", async () => {
  for (const [layout, other] of [["default", "kanibako"], ["robust", ".kanibako"]] as const) {
    await using box = await Sandbox.make();
    const host = await box.open();
    const path = await box.folder("a");
    const project = await createProject(host, { path, mode: "standalone", layout });
    await resolveSettings(host, project, undefined, {});
    const planted = await box.write(`${path}/${other}/project.toml`, HARMLESS);
    const again = await locateProject(host, undefined, path);
    await rejects(resolveSettings(host, again, undefined, {}), (error: { code: string; message: string }) => {
      strictEqual(error.message.includes(planted), true, error.message);
      return error.code === "two-settings";
    });
  }
});

Deno.test("what was approved is kept for comparison, as long as it is what the record says", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { state } = host.dirs;
  const path = await cloned(box, `${HARMLESS}[box]\nnetwork = "none"\n`, "A=1\n");
  const project = await locateProject(host, undefined, path);
  strictEqual(await approvedTexts(state, path), undefined);
  await approveStandalone(state, project);
  const kept = await approvedTexts(state, path);
  strictEqual(kept!.settings!.includes('network = "none"'), true);
  strictEqual(kept!.env, "A=1\n");
  await recordStandalone(state, path, { name: "clone", approved: "other", sharedAuth: true });
  strictEqual(await approvedTexts(state, path), undefined);
  await approveStandalone(state, project);
  await recordStandalone(state, path, undefined);
  deepStrictEqual([...Deno.readDirSync(`${state}/approved`)], []);
});

Deno.test("approval goes with the place: the same content elsewhere, a clone of it, is not approved", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const text = `${HARMLESS}[box]\nnetwork = "open"\n`;
  const project = await locateProject(host, undefined, await cloned(box, text));
  await approveStandalone(host.dirs.state, project);
  await resolveSettings(host, project, undefined, {});
  const copy = await box.folder("copy");
  await box.write(`${copy}/.kanibako/project.toml`, text);
  const other = await locateProject(host, undefined, copy);
  await rejects(resolveSettings(host, other, undefined, {}), { code: "not-approved" });
});
