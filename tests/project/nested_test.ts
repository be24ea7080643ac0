/** H3: an outer box never gets at the vault, home or settings of a project in its reach. */

import assert from "node:assert/strict";
import type { Host } from "../../lib/config/system.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { createProject } from "../../lib/project/create.ts";
import { nestedProjects } from "../../lib/project/nested/nested.ts";
import { forgetFolders, isReplaced, rememberTrees } from "../../lib/project/nested/recorded.ts";
import type { ProjectLayout } from "../../lib/project/project.ts";
import { createWorkset } from "../../lib/project/workset/create.ts";
import { Sandbox } from "../config/support.ts";

/** Projects in the folder `outer`, which becomes one afterwards, as it happens to people. */
async function nested(
  box: Sandbox,
  inner: readonly [name: string, mode: "default" | "standalone", layout: ProjectLayout, vault?: boolean][],
) {
  const host = await box.open();
  for (const [name, mode, layout, vault] of inner) {
    await createProject(host, {
      path: await box.folder(`outer/${name}`),
      mode,
      layout,
      ...(vault === undefined ? {} : { vault }),
    });
  }
  return { host, outer: (await createProject(host, { path: await box.folder("outer") })).path };
}

/** As a start of the outer box finds them, and remembers them. */
async function start(host: Host, outer: string, roots: readonly string[] = [outer]) {
  const found = await nestedProjects(host, roots, outer);
  await rememberTrees(host, found.seen);
  const below = (paths: readonly string[]) => paths.map((path) => path.slice(roots[0]!.length + 1));
  const one = found.byRoot.get(roots[0]!);
  return { hidden: below(one?.hidden ?? []), kept: below(one?.kept ?? []) };
}

async function refusal(host: Host, outer: string, roots?: readonly string[]): Promise<string> {
  try {
    await start(host, outer, roots);
  } catch (error) {
    assert.ok(error instanceof KanibakoError, String(error));
    assert.equal(error.code, "nested-moved", error.message);
    return [error.message, ...error.hints].join("\n").replaceAll(outer, "OUTER");
  }
  throw new assert.AssertionError({ message: "the box would start" });
}

Deno.test("H3: what projects of all kinds have below a workspace is hidden, and their folders are kept", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [
    ["default", "default", "default"],
    ["deep/simple", "default", "simple"],
    ["elsewhere", "default", "robust"],
    ["alone", "standalone", "default"],
    ["robust", "standalone", "robust"],
    ["without", "default", "default", false],
  ]);
  await createProject(host, { path: await box.folder("outer-not") });
  // It has none of its own: what is called so is the repository's.
  await box.write("work/outer/without/vault/code", "");
  const { hidden, kept } = await start(host, outer);
  assert.deepEqual(hidden, [
    "alone/.kanibako",
    "alone/vault",
    "deep/simple/.shell",
    "deep/simple/vault",
    "default/vault",
    "robust/kanibako",
    "robust/shell",
    "robust/vault",
  ]);
  assert.deepEqual(kept, ["alone", "deep", "deep/simple", "default", "elsewhere", "robust", "without"]);
  const other = await createProject(host, { path: await box.folder("other") });
  assert.deepEqual(await start(host, other.path), { hidden: [], kept: [] });
});

Deno.test("H3: all that there is of a project is hidden when its settings cannot be read", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [["broken", "standalone", "default"]]);
  await box.write("work/outer/broken/.kanibako/project.toml", "= nonsense");
  assert.deepEqual((await start(host, outer)).hidden, ["broken/.kanibako", "broken/vault"]);
  await Deno.remove(`${outer}/broken/.kanibako`, { recursive: true });
  assert.match(await refusal(host, outer), /OUTER\/broken\/.kanibako of the project .* is gone/);
});

Deno.test("H3: an outer box does not start when an inner project was renamed, and says where it is", async () => {
  await using box = await Sandbox.make();
  for (const mode of ["default", "standalone"] as const) {
    const { host, outer } = await nested(box, [[`${mode}/in`, mode, "default"]]);
    await start(host, outer);
    await Deno.rename(`${outer}/${mode}/in`, `${outer}/${mode}/in2`);
    const name = mode === "default" ? "in" : "OUTER/standalone/in";
    const command = `kanibako box migrate ${name} OUTER/${mode}/in2`;
    const said = await refusal(host, outer);
    assert.ok(said.includes(`the folder of the project ${name} is gone`), said);
    assert.ok(said.includes(command), said);
    // The positive twin: once it is back, all is as before.
    await Deno.rename(`${outer}/${mode}/in2`, `${outer}/${mode}/in`);
    assert.ok((await start(host, outer)).hidden.includes(`${mode}/in/vault`));
    // A folder above it.
    await Deno.rename(`${outer}/${mode}`, `${outer}/renamed`);
    assert.ok((await refusal(host, outer)).includes(`${name} OUTER/renamed/in`));
    await Deno.remove(`${outer}`, { recursive: true });
    await Deno.remove(`${box.root}/state`, { recursive: true });
    await Deno.remove(`${box.root}/data`, { recursive: true });
  }
});

Deno.test("H3: an outer box does not start when an inner project was replaced, by a link or by another folder", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [["in", "default", "default"], ["a", "standalone", "default"]]);
  await start(host, outer);
  for (const [name, target] of [["in", "in2"], ["in/vault", "in/v2"], ["a/.kanibako", "a/k2"]] as const) {
    await Deno.rename(`${outer}/${name}`, `${outer}/${target}`);
    await Deno.symlink(`${outer}/${target}`, `${outer}/${name}`);
    await assert.rejects(start(host, outer), (error) => {
      assert.ok(error instanceof KanibakoError && ["nested-moved", "unsafe-path"].includes(error.code));
      return true;
    }, name);
    await Deno.remove(`${outer}/${name}`);
    // Made again, as it would look to who does not know which folder it was.
    await Deno.mkdir(`${outer}/${name}`);
    if (name === "in") await Deno.mkdir(`${outer}/in/vault`);
    if (name.endsWith(".kanibako")) {
      await Deno.copyFile(`${outer}/${target}/project.toml`, `${outer}/${name}/project.toml`);
    }
    const said = await refusal(host, outer);
    assert.match(said, /is not the folder it was/);
    assert.ok(said.includes(`OUTER/${target}`), said);
    await Deno.remove(`${outer}/${name}`, { recursive: true });
    await Deno.rename(`${outer}/${target}`, `${outer}/${name}`);
    await start(host, outer);
  }
  // Two projects that changed places.
  await Deno.rename(`${outer}/in/vault`, `${outer}/v`);
  await Deno.rename(`${outer}/a/vault`, `${outer}/in/vault`);
  await Deno.rename(`${outer}/v`, `${outer}/a/vault`);
  assert.match(await refusal(host, outer), /is not the folder it was.*One more is not what it was/s);
});

Deno.test("H3: an outer box does not start when an inner project or its vault was deleted, until that is settled", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [["in", "default", "default"], ["gone", "default", "robust"]]);
  await start(host, outer);
  await Deno.remove(`${outer}/in/vault`, { recursive: true });
  assert.match(await refusal(host, outer), /OUTER\/in\/vault .* is gone.*kanibako shell in -- true/s);
  await Deno.mkdir(`${outer}/in/vault`);
  await forgetFolders(host, [`${outer}/in/vault`]);
  await start(host, outer);
  await Deno.remove(`${outer}/gone`, { recursive: true });
  assert.match(await refusal(host, outer), /gone is gone.*If you deleted it: kanibako rm gone/s);
});

Deno.test("H3: a tree that was copied, or that has other inodes, is remembered again", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [["in", "default", "default"]]);
  await start(host, outer);
  await new Deno.Command("cp", { args: ["-a", outer, `${outer}.copy`] }).output();
  await Deno.rename(outer, `${outer}.old`);
  await Deno.rename(`${outer}.copy`, outer);
  assert.deepEqual((await start(host, outer)).hidden, ["in/vault"]);
  // And from then on known again.
  await Deno.rename(`${outer}/in/vault`, `${outer}/v`);
  await Deno.mkdir(`${outer}/in/vault`);
  assert.match(await refusal(host, outer), /is not the folder it was/);
});

Deno.test("H3: a folder is known by inode and time, and by the time alone where inodes change", () => {
  const [stable, changing] = [() => true, () => false];
  const folder = (inode: number, madeAt: number | null) => ({ inode, madeAt });
  const was = folder(7, 1000);
  const unasked = () => assert.fail("the file system is asked for nothing");
  assert.equal(isReplaced(was, folder(7, 1000), unasked), false);
  assert.equal(isReplaced(was, folder(7, 2000), unasked), true);
  assert.equal(isReplaced(was, folder(8, 2000), unasked), true);
  assert.deepEqual([stable, changing].map((one) => isReplaced(was, folder(8, 1000), one)), [true, false]);
  // Where the file system does not say when.
  assert.equal(isReplaced(was, folder(7, null), unasked), false);
  assert.deepEqual([stable, changing].map((one) => isReplaced(folder(8, null), was, one)), [true, false]);
});

Deno.test("H3: what projects have below a share is hidden, and what is theirs alone cannot be shared", async () => {
  await using box = await Sandbox.make();
  const { host, outer } = await nested(box, [["d/in", "default", "default"], [
    "alone",
    "standalone",
    "default",
  ]]);
  const user = (await createProject(host, { path: await box.folder("user") })).path;
  const shown = (share: string) => start(host, user, [share, user]);
  assert.deepEqual(await shown(`${outer}/d`), { hidden: ["in/vault"], kept: ["in"] });
  assert.deepEqual(await shown(`${outer}/d/in`), { hidden: ["vault"], kept: [] });
  assert.deepEqual((await shown(outer)).hidden, ["alone/.kanibako", "alone/vault", "d/in/vault", "vault"]);
  // The halves of a vault are meant to be given to boxes.
  assert.deepEqual(await shown(`${outer}/d/in/vault/ro`), { hidden: [], kept: [] });
  await Deno.mkdir(`${outer}/d/in/vault/.versions`);
  for (const own of ["d/in/vault", "d/in/vault/.versions", "alone/.kanibako", "alone/.kanibako/shell"]) {
    await assert.rejects(shown(`${outer}/${own}`), { code: "unsafe-share" }, own);
  }
  await Deno.rename(`${outer}/d/in`, `${outer}/d/in2`);
  assert.match(await refusal(host, user, [`${outer}/d`, user]), /kanibako box migrate in .*d\/in2/);
});

Deno.test("H3: of a workset's vaults only the halves are shared, and no folder with a workset in it is", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const set = await createWorkset(host, { path: `${box.root}/work/d/set` });
  const member = (await createProject(host, { path: await box.folder("d/set/workspaces/m") })).path;
  const user = (await createProject(host, { path: await box.folder("user") })).path;
  const shown = (share: string) => start(host, user, [share, user]);
  for (const own of ["vault", "vault/m", "vault/m/.versions"]) {
    await Deno.mkdir(`${set.root}/${own}`, { recursive: true });
    await assert.rejects(shown(`${set.root}/${own}`), { code: "unsafe-share" }, own);
  }
  for (const around of [set.root, `${box.root}/work/d`]) {
    await assert.rejects(shown(around), { code: "holds-workset" }, around);
  }
  assert.deepEqual(await shown(`${set.root}/vault/m/ro`), { hidden: [], kept: [] });
  assert.deepEqual((await shown(`${set.root}/workspaces`)).kept, ["m"]);
  assert.deepEqual(await start(host, member), { hidden: [], kept: [] });
});

Deno.test("H3: what is kept for a project is hidden through a second mount of its folder, too", async () => {
  await using box = await Sandbox.make();
  const { outer } = await nested(box, [["d/in", "default", "default"], ["alone", "standalone", "default"]]);
  const { root } = box;
  for (const name of ["second", "around/part", "kept", "plain"]) await box.folder(name);
  const mounts = [["o", "second"], ["o/d", "around/part"], ["o/alone/.kanibako", "kept"]]
    .map(([from, to]) => `mount --bind ${outer}${from!.slice(1)} ${root}/work/${to}`);
  const asked = ["second", "around", "around/part/in", "kept", "kept/shell", "plain"];
  const worker = new URL("nested_mount_worker.ts", import.meta.url).pathname;
  const words = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", worker, root];
  const { success, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["--user", "--map-root-user", "--mount", "sh", "-c", [...mounts, 'exec "$@"'].join(" && "), "sh"]
      .concat(words, asked.map((name) => `${root}/work/${name}`)),
  }).output();
  if (!success && /unshare failed|permission denied|not permitted/i.test(new TextDecoder().decode(stderr))) {
    return console.log(`nothing can be mounted here: ${new TextDecoder().decode(stderr).trim()}`);
  }
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), [
    [["alone/.kanibako", "alone/vault", "d/in/vault", "vault"], ["alone", "d", "d/in"]],
    [["part/in/vault"], ["part", "part/in"]],
    [["vault"], []],
    "unsafe-share",
    "unsafe-share",
    [[], []],
  ], new TextDecoder().decode(stderr));
});

Deno.test("H3: nothing is hidden where the whole home is the workspace", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await Deno.mkdir(`${box.root}/home/app`);
  await createProject(host, { path: `${box.root}/home/app` });
  const home = await createProject(host, { path: `${box.root}/home`, mode: "standalone", allowHome: true });
  assert.deepEqual(await start(host, home.path), { hidden: [], kept: [] });
});
