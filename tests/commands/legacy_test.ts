import assert from "node:assert/strict";
import { allCommands, commands, isShown } from "../../lib/commands/registry.ts";
import { Sandbox } from "./program.ts";

async function run(
  sandbox: Sandbox,
  line: string,
  input?: string,
): Promise<[code: number, stdout: string, stderr: string]> {
  const { code, stdout, stderr } = await sandbox.run(line.split(" "), input === undefined ? {} : { input });
  return [code, stdout, stderr];
}

Deno.test("config of the folder: everything, one value, set, unset, clear", async () => {
  await using sandbox = await Sandbox.make();
  await run(sandbox, "create");
  const [code, shown] = await run(sandbox, "config");
  assert.equal(code, 0);
  assert.match(shown, /^KEY +VALUE +SOURCE\n/);
  assert.deepEqual(await run(sandbox, "config image min"), [0, "Set box.image=min\n", ""]);
  assert.deepEqual(await run(sandbox, "config container_image"), [0, "min\n", ""]);
  assert.deepEqual(await run(sandbox, "config --unset image"), [
    0,
    "Reset box.image (default: oci)\n",
    "",
  ]);
  // A value is the effective one, not only what is set here.
  assert.deepEqual(await run(sandbox, "config image"), [0, "oci\n", ""]);
  await run(sandbox, "config model opus");
  assert.deepEqual((await run(sandbox, "config --clear", "no\n")).slice(0, 2), [2, "Aborted.\n"]);
  assert.deepEqual(
    (await run(sandbox, "config --clear", "yes\n")).slice(0, 2),
    [0, "Reset 1 setting of box work.\n"],
  );
  assert.deepEqual(await run(sandbox, "config --clear"), [0, "Nothing to reset.\n", ""]);
  const [unknown, , words] = await run(sandbox, "config imgae x");
  assert.equal(unknown, 1);
  assert.match(words, /Did you mean image\?/);
  const [elsewhere, value] = await run(sandbox, `config -p ${sandbox.home}/work pids`);
  assert.deepEqual([elsewhere, value], [0, "2048\n"]);
});

Deno.test("env: list, set, get, unset, of the folder and of every box", async () => {
  await using sandbox = await Sandbox.make();
  await run(sandbox, "create");
  assert.deepEqual(await run(sandbox, "env set A 1"), [0, "Set env.A=1\n", ""]);
  assert.deepEqual(await run(sandbox, "env set B 2 --global"), [0, "Set env.B=2\n", ""]);
  assert.deepEqual(await run(sandbox, "env list"), [0, "A=1\nB=2\nCOLORTERM=truecolor\n", ""]);
  assert.deepEqual(await run(sandbox, "env get B"), [0, "2\n", ""]);
  assert.deepEqual(await run(sandbox, "env get C"), [1, "", "(not set)\n"]);
  assert.deepEqual(await run(sandbox, "env unset B"), [0, "No override for env.B\n", ""]);
  assert.deepEqual(await run(sandbox, "env unset B --global"), [0, "Reset env.B\n", ""]);
  assert.equal((await run(sandbox, "env set 1A x"))[0], 1);
});

Deno.test("box get, set, resource and settings", async () => {
  await using sandbox = await Sandbox.make();
  await run(sandbox, "create");
  await run(sandbox, "system config crab=claude");
  assert.deepEqual(await run(sandbox, "box get mode"), [0, "default\n", ""]);
  assert.deepEqual(await run(sandbox, "box get vault_enabled"), [0, "true\n", ""]);
  assert.deepEqual(await run(sandbox, "box set auth distinct"), [0, "Set group_auth=distinct\n", ""]);
  assert.deepEqual(await run(sandbox, "box get auth"), [0, "distinct\n", ""]);
  await run(sandbox, "box set auth guarded");
  assert.deepEqual(await run(sandbox, "box get auth"), [0, "guarded\n", ""]);
  for (const line of ["box set auth mine", "box set layout simple", "box set shell /x", "box get nothing"]) {
    assert.equal((await run(sandbox, line))[0], 1, line);
  }
  assert.equal((await run(sandbox, "box resource set plugins shared"))[0], 0);
  const [, resources] = await run(sandbox, "box resource list");
  assert.match(resources, /^resource\.plugins\/ +shared +box/m);
  assert.equal((await run(sandbox, "box resource set nothing shared"))[0], 1);
  assert.equal((await run(sandbox, "box resource unset plugins/"))[0], 0);
  assert.equal((await run(sandbox, "box settings set access default"))[0], 0);
  assert.deepEqual(await run(sandbox, "box settings get access"), [0, "default\n", ""]);
  assert.match((await run(sandbox, "box settings list"))[1], /^access +default +box/m);
  assert.equal((await run(sandbox, "box settings set access root"))[0], 1);
  assert.equal((await run(sandbox, "box settings set acess default"))[0], 1);
  assert.equal((await run(sandbox, "box settings unset access"))[0], 0);
});

Deno.test("shared init and list", async () => {
  await using sandbox = await Sandbox.make();
  assert.deepEqual(await run(sandbox, "shared list"), [0, "No shared caches are configured.\n", ""]);
  await run(sandbox, "system config shared.pip=.cache/pip");
  await run(sandbox, "crab config claude shared.npm=.npm");
  assert.match((await run(sandbox, "shared list"))[1], /pip +missing +\/home\/agent\/\.cache\/pip/);
  assert.match((await run(sandbox, "shared init pip"))[1], /^Created /);
  assert.match((await run(sandbox, "shared init pip"))[1], /^Already exists/);
  assert.match((await run(sandbox, "shared init npm --agent claude"))[1], /shared\/claude\/npm/);
  const [, list] = await run(sandbox, "shared list");
  assert.match(list, /pip +ready/);
  assert.match(list, /Agent: claude\n.*\nnpm +ready/);
  assert.equal((await run(sandbox, "shared init ../x"))[0], 1);
  await run(sandbox, "create");
  await run(sandbox, "box config shared.cargo=.cargo/registry");
  assert.match((await run(sandbox, "shared list"))[1], /cargo +missing[^]*pip +ready/);
  await run(sandbox, "box config shared.pip=");
  assert.doesNotMatch((await run(sandbox, "shared list"))[1], /pip/);
});

Deno.test("init and new make standalone projects, and only those", async () => {
  await using sandbox = await Sandbox.make();
  const [refused, , words] = await run(sandbox, "init");
  assert.equal(refused, 1);
  assert.match(words, /--local/);
  assert.deepEqual((await run(sandbox, "init --local"))[0], 0);
  assert.deepEqual((await run(sandbox, "init --local")).slice(0, 2), [
    0,
    `Already a project: ${sandbox.home}/work\n`,
  ]);
  assert.equal((await run(sandbox, "create"))[0], 1);
  assert.match((await run(sandbox, "box get mode"))[1], /standalone/);
  assert.equal((await run(sandbox, "new ../fresh"))[0], 1);
  assert.equal((await run(sandbox, "new --local ../fresh"))[0], 0);
  assert.equal((await run(sandbox, "new --local ../fresh"))[0], 1);
});

Deno.test("status, box orphan, upgrade, reauth and remove", async () => {
  await using sandbox = await Sandbox.make();
  assert.equal((await run(sandbox, "status"))[0], 1);
  await run(sandbox, "create");
  assert.match((await run(sandbox, "status"))[1], /Mode: +default/);
  assert.match((await run(sandbox, "box orphan"))[1], /No orphaned projects/);
  assert.match((await run(sandbox, "upgrade --check"))[1], /^This is kanibako /);
  await run(sandbox, "box config auth=distinct");
  const [code, , words] = await run(sandbox, "reauth");
  assert.equal(code, 1);
  assert.match(words, /no agent|login of its own/);
  assert.equal((await run(sandbox, "remove", "no\n"))[0], 2);
  assert.equal((await run(sandbox, "remove", "yes\n"))[0], 0);
  await assert.rejects(Deno.stat(`${sandbox.home}/config/kanibako.toml`), Deno.errors.NotFound);
});

Deno.test("docs/legacy.md names every older command, and help shows none", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/legacy.md", import.meta.url));
  const older = Object.entries(commands).filter(([name, target]) => !isShown(target) && name !== "internal")
    .map(([name]) => name);
  assert.deepEqual(older.sort(), ["env", "remove", "shared"]);
  const below = ["box", "workset"].flatMap((name) => [...allCommands(commands[name]!, [name])])
    .filter(([, command]) => command.hidden).map(([path]) => path.join(" "));
  assert.deepEqual(below, ["box get", "workset auth"]);
  for (const name of [...older, ...below]) assert.ok(page.includes(`\`${name}`), name);
});
