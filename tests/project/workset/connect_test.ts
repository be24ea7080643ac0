import { exists } from "../../../lib/host/path.ts";
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { recordStandalone, standaloneRecords } from "../../../lib/config/approval.ts";
import type { Host } from "../../../lib/config/system.ts";
import { runChange } from "../../../lib/project/change/change.ts";
import { createProject } from "../../../lib/project/create.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import type { Project } from "../../../lib/project/project.ts";
import { readRegistry } from "../../../lib/project/registry.ts";
import { type Placing, planConnection } from "../../../lib/project/workset/connect.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { memberOf, planDeletion, planDisconnection } from "../../../lib/project/workset/disconnect.ts";
import { readManifest } from "../../../lib/project/membership/manifest.ts";
import { listing, Sandbox } from "../../config/support.ts";
import { connect, worksetNamed } from "./support.ts";

async function mark({ path, home, vault }: Project): Promise<void> {
  await Deno.mkdir(home, { recursive: true });
  await Deno.writeTextFile(`${path}/code`, "code");
  await Deno.writeTextFile(`${home}/history`, "history");
  if (vault) await Deno.writeTextFile(`${vault.readWrite}/result`, "result");
}

async function checkMarks({ path, home, vault }: Project): Promise<void> {
  strictEqual(await Deno.readTextFile(`${path}/code`), "code");
  strictEqual(await Deno.readTextFile(`${home}/history`), "history");
  strictEqual(await Deno.readTextFile(`${vault!.readWrite}/result`), "result");
}

async function disconnect(host: Host, workset: string, name: string, as?: string): Promise<Project> {
  const found = await worksetNamed(host, workset);
  const { change, becomes } = await planDisconnection(host, found, memberOf(found, name), as);
  await runChange(host, change);
  return await locateProject(host, becomes!.name, "/");
}

async function world(): Promise<{ box: Sandbox; host: Host; root: string }> {
  const box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  return { box, host, root };
}

for (const placing of ["link", "move", "copy"] as const) {
  Deno.test(`a plain folder is connected with its content (${placing})`, async () => {
    const { box, host, root } = await world();
    await using _box = box;
    const source = await box.folder("src/web");
    await box.write(`${source}/code`, "code");
    const project = await connect(host, "client", source, placing);
    const path = placing === "link" ? source : `${root}/workspaces/web`;
    strictEqual(project.path, path);
    strictEqual(await Deno.readTextFile(`${path}/code`), "code");
    strictEqual(exists(`${source}/code`), placing !== "move");
    strictEqual(project.home, `${root}/boxes/web/shell`);
    strictEqual(await Deno.realPath(`${root}/workspaces/web`), path);
    deepStrictEqual((await readManifest(root)).members, [{
      name: "web",
      sourcePath: source,
      placement: placing === "link" ? "link" : "own",
    }]);
    deepStrictEqual((await readRegistry(host)).projects, {});
  });

  Deno.test(`a project is connected with its home, settings and vault (${placing})`, async () => {
    const { box, host, root } = await world();
    await using _box = box;
    const before = await createProject(host, {
      path: await box.folder("web"),
      image: "jvm",
      distinctAuth: true,
    });
    await mark(before);
    await box.write(`${before.metadata}/env`, "A=1\n");
    const project = await connect(host, "client", "web", placing);
    strictEqual(project.mode, "workset");
    strictEqual(project.home, `${root}/boxes/web/shell`);
    strictEqual(project.vault?.readWrite, `${root}/vault/web/rw`);
    strictEqual(project.sharedAuth, false);
    await checkMarks(project);
    strictEqual(await Deno.readLink(`${project.path}/vault`), `${root}/vault/web`);
    const text = await Deno.readTextFile(`${project.metadata}/project.toml`);
    strictEqual(text.includes('image = "jvm"') && text.includes('mode = "workset"'), true, text);
    strictEqual(await Deno.readTextFile(`${project.metadata}/env`), "A=1\n");
    const stays = placing === "copy";
    deepStrictEqual((await readRegistry(host)).projects, stays ? { web: before.path } : {});
    strictEqual(exists(before.metadata), stays);
    strictEqual(exists(before.path), placing !== "move");
    if (stays) await checkMarks(await locateProject(host, "web", "/"));
  });
}

Deno.test("a standalone project is connected once its settings are approved", async () => {
  const { box, host, root } = await world();
  await using _box = box;
  const before = await createProject(host, {
    path: await box.folder("web"),
    mode: "standalone",
    image: "jvm",
  });
  await mark(before);
  const record = (await standaloneRecords(host.dirs.state))[before.path]!;
  await recordStandalone(host.dirs.state, before.path, { ...record, approved: "" });
  await rejects(connect(host, "client", before.path), { code: "not-approved" });
  await recordStandalone(host.dirs.state, before.path, record);
  const project = await connect(host, "client", before.path);
  strictEqual(project.home, `${root}/boxes/web/shell`);
  await checkMarks(project);
  deepStrictEqual(await standaloneRecords(host.dirs.state), {});
  strictEqual(exists(`${before.path}/.kanibako/project.toml`), false);
});

Deno.test("a project that is disconnected goes on with its home, settings and vault", async () => {
  for (const placing of ["link", "move", "copy"] as const) {
    const { box, host, root } = await world();
    await using _box = box;
    const source = await box.folder("src/web");
    await createProject(host, { path: source, name: "web" });
    const member = await connect(host, "client", source, placing);
    await mark({ ...member, vault: undefined });
    const after = await disconnect(host, "client", "web");
    strictEqual(after.mode, "default");
    // What was moved in goes back; of what was copied, the original is still there.
    strictEqual(after.path, placing === "copy" ? `${root}/workspaces/web` : source);
    strictEqual(after.name, placing === "copy" ? "web-2" : "web");
    strictEqual(await Deno.readTextFile(`${after.home}/history`), "history");
    strictEqual(await Deno.readTextFile(`${after.path}/code`), "code");
    deepStrictEqual((await readManifest(root)).members, []);
    deepStrictEqual(await listing(`${root}/boxes`), []);
    strictEqual(exists(`${root}/workspaces/web`), placing === "copy");
    deepStrictEqual(await locateProject(host, undefined, after.path), after);
  }
});

Deno.test("a project made in a workset is disconnected where it is, under a free name or the one asked for", async () => {
  const { box, host, root } = await world();
  await using _box = box;
  await createProject(host, { path: await box.folder("web") });
  const member = await createProject(host, { path: `${root}/workspaces/web` });
  await mark(member);
  const found = await worksetNamed(host, "client");
  await rejects(planDisconnection(host, found, memberOf(found, "web"), "web"), { code: "name-taken" });
  await rejects(planDisconnection(host, found, memberOf(found, "web"), "../x"), { code: "bad-name" });
  const after = await disconnect(host, "client", "web");
  strictEqual(after.name, "web-2");
  strictEqual(after.path, member.path);
  await checkMarks(after);
  await connect(host, "client", await box.folder("other"));
  strictEqual((await disconnect(host, "client", "other", "mine")).name, "mine");
});

Deno.test("a login of its own stays its own when a project leaves its workset", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client`, distinctAuth: true });
  const member = await createProject(host, { path: `${root}/workspaces/web` });
  strictEqual(member.sharedAuth, false);
  strictEqual((await disconnect(host, "client", "web")).sharedAuth, false);
});

Deno.test("deleting a linked project leaves its folder, deleting an own one does not", async () => {
  const { box, host, root } = await world();
  await using _box = box;
  const source = await box.folder("src/web");
  const linked = await connect(host, "client", source);
  await mark({ ...linked, vault: undefined });
  const own = await createProject(host, { path: `${root}/workspaces/own` });
  await mark(own);
  for (const name of ["web", "own"]) {
    const found = await worksetNamed(host, "client");
    await runChange(host, (await planDeletion(host, found, memberOf(found, name))).change);
  }
  strictEqual(await Deno.readTextFile(`${source}/code`), "code");
  for (const folder of ["boxes", "vault", "workspaces"]) {
    deepStrictEqual(await listing(`${root}/${folder}`), []);
  }
  deepStrictEqual((await readManifest(root)).members, []);
});

Deno.test("what cannot be connected is refused, and nothing is changed", async () => {
  const { box, host, root } = await world();
  await using _box = box;
  const other = await createWorkset(host, { path: `${box.root}/work/x/other` });
  await connect(host, "client", await box.folder("src/web"));
  await createProject(host, { path: await box.folder("outer/inner") });
  await createProject(host, { path: `${other.root}/workspaces/app` });
  await createProject(host, { path: `${root}/workspaces/mine` });
  await box.folder("client/workspaces/stray");
  const before = await listing(box.root);
  const refused: [string, string, Placing, string?][] = [
    ["in-workset", "client/web", "link"],
    ["in-workset", "client/mine", "move"],
    ["in-workset", "other/app", "link"],
    ["name-taken", `${box.root}/work/outer`, "link", "web"],
    ["bad-name", `${box.root}/work/outer`, "link", "a/b"],
    ["left-over", `${box.root}/work/outer/inner`, "copy", "stray"],
    ["holds-project", `${box.root}/work/outer`, "move"],
    ["holds-workset", `${box.root}/work/x`, "link"],
    ["unsafe-workspace", "/etc", "link"],
    ["home-project", `${box.root}/home`, "link"],
    ["not-a-folder", "/nowhere/at/all", "link"],
    ["unknown-project", "nobody", "link"],
  ];
  for (const [code, source, placing, name] of refused) {
    await rejects(connect(host, "client", source, placing, name), { code }, source);
  }
  const stable = (paths: string[]) => paths.filter((path) => !path.startsWith("state"));
  deepStrictEqual(stable(await listing(box.root)), stable(before));
  // The same with what is allowed.
  strictEqual((await connect(host, "client", "other/app", "move")).path, `${root}/workspaces/app`);
  strictEqual((await connect(host, "client", `${box.root}/work/outer`, "link")).name, "outer");
});

Deno.test("a connection that fails at any of its steps changes nothing", async () => {
  const { box, host } = await world();
  await using _box = box;
  const before = await createProject(host, { path: await box.folder("web") });
  await mark(before);
  const workset = await worksetNamed(host, "client");
  const plan = await planConnection(host, workset, { source: "web", cwd: "/", placing: "move" });
  const files = async () => (await listing(box.root)).filter((path) => !path.startsWith("state"));
  const was = await files();
  for (let at = 0; at < plan.change.commitAt; at++) {
    await rejects(
      runChange(host, plan.change, {
        onStep: (index) => {
          if (index === at) throw new Error("stop here");
        },
      }),
      /stop here/,
    );
    deepStrictEqual(await files(), was);
    deepStrictEqual(await locateProject(host, "web", "/"), before);
    await checkMarks(before);
  }
});
