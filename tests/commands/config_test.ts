import assert from "node:assert/strict";
import { Sandbox } from "./program.ts";

/** Runs a command line that should do what it says, and answers its output. */
async function ok(
  sandbox: Sandbox,
  line: string,
  options: { cwd?: string; input?: string } = {},
): Promise<string> {
  const { code, stdout, stderr } = await sandbox.run(line.split(" "), options);
  assert.equal(code, 0, `${line}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a command line that should fail. */
async function fails(
  sandbox: Sandbox,
  line: string,
  code: number,
  message: RegExp,
  options: { cwd?: string; input?: string } = {},
): Promise<void> {
  const outcome = await sandbox.run(line.split(" "), options);
  assert.equal(outcome.code, code, `${line}\n${outcome.stdout}${outcome.stderr}`);
  assert.match(outcome.stderr, message);
}

Deno.test("box config: set, get, show, reset", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  assert.equal(await ok(sandbox, "box config"), "  (no overrides)\n");
  assert.equal(await ok(sandbox, "box config image=min"), "Set box.image=min\n");
  assert.equal(await ok(sandbox, "box config work env.A=1"), "Set env.A=1\n");
  assert.equal(await ok(sandbox, "box config resource.plugins --local"), "Set resource.plugins/=project\n");
  assert.equal(await ok(sandbox, "box config image"), "min\n");
  assert.equal(await ok(sandbox, "box config work image", { cwd: `${sandbox.home}/bin` }), "min\n");
  assert.equal(
    await ok(sandbox, "box config"),
    "  box.image = min\n  resource.plugins/ = project\n  env.A = 1\n",
  );
  assert.equal(await ok(sandbox, "box config -q"), "box.image\nresource.plugins/\nenv.A\n");
  assert.deepEqual(JSON.parse(await ok(sandbox, "box config --json")), {
    "box.image": "min",
    "resource.plugins/": "project",
    "env.A": "1",
  });
  assert.equal(await ok(sandbox, "box config --reset image"), "Reset box.image (default: oci)\n");
  await ok(sandbox, "box config ports=3000");
  assert.equal(await ok(sandbox, "box config --reset ports"), "Reset box.ports\n");
  assert.equal(await ok(sandbox, "box config image --reset"), "No override for box.image\n");
  await fails(sandbox, "box config image", 1, /^\(not set\)\n {2}Default: oci\n$/);
  assert.equal(await ok(sandbox, "box config image --effective"), "oci\n");
});

Deno.test("box config: what cannot be is refused, with what can", async () => {
  await using sandbox = await Sandbox.make();
  await fails(sandbox, "box config", 1, /not a project yet/);
  await fails(sandbox, "box config image=min", 1, /kanibako create/);
  await ok(sandbox, "create");
  for (
    const [line, code, message] of [
      ["box config start_mode=newest", 1, /continue, new or resume/],
      ["box config pids=1", 1, /whole number from 16/],
      ["box config imgae=x", 1, /Did you mean image\?/],
      ["box config imgae", 1, /Did you mean image\?/],
      ["box config mode=standalone", 1, /kanibako box migrate/],
      ["box config model --local", 1, /resource\.NAME, not with/],
      ["box config --reset", 1, /--reset requires a KEY or --all/],
      ["box config --all", 2, /--all requires --reset/],
      ["box config model=x --reset", 2, /without a value/],
      ["box config a b c", 2, /Unexpected argument/],
      ["box config =x", 2, /no setting name before/],
      ["box config system.path.data=/x", 1, /kanibako system config system\.path\.data/],
    ] as const
  ) await fails(sandbox, line, code, message);
  assert.equal(await ok(sandbox, "box config"), "  (no overrides)\n");
});

Deno.test("F13: whose login a box uses is answered in the words with which it is set, at every level", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  await ok(sandbox, "workset create ../client");
  await fails(sandbox, "system config auth", 1, /Default: guarded where .*, otherwise shared/);
  for (const level of ["box config", "system config", "workset config default", "workset config client"]) {
    for (const word of ["distinct", "guarded", "shared"]) {
      assert.equal(await ok(sandbox, `${level} auth=${word}`), `Set group_auth=${word}\n`);
      assert.equal(await ok(sandbox, `${level} auth`), `${word}\n`);
    }
  }
  assert.equal(await ok(sandbox, "workset auth default"), "shared\n");
  assert.equal(await ok(sandbox, "box get auth"), "shared\n");
  assert.match(await ok(sandbox, "box config --effective"), /group_auth +shared/);
  await ok(sandbox, "workset config client auth=guarded");
  assert.equal(await ok(sandbox, "workset auth client"), "guarded\n");
  assert.match(await ok(sandbox, "workset info client"), /Group auth: +guarded/);
  await ok(sandbox, "create client/api");
  assert.equal(await ok(sandbox, "box get auth -p client/api"), "guarded\n");
  assert.match(await ok(sandbox, "box config --effective -p client/api"), /group_auth +guarded/);
  // Of the two words that are about the whole workset, the last counts.
  await ok(sandbox, "workset config client auth=distinct");
  assert.equal(await ok(sandbox, "box get auth -p client/api"), "distinct\n");
  await ok(sandbox, "workset config client auth=guarded");
  await ok(sandbox, "workset config client --reset auth");
  assert.equal(await ok(sandbox, "box get auth -p client/api"), "shared\n");
});

Deno.test("a binding of a secret that cannot be is refused when it is set", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  assert.equal(
    await ok(sandbox, "box config secret.TOKEN=api.example.com:8443"),
    "Set secret.TOKEN=api.example.com:8443\n",
  );
  for (
    const [line, said] of [
      ["box config secret.TOKEN=*.example.com", /no host name/],
      ["box config secret.TOKEN=https://api.example.com", /it is a URL/],
      ["system config secret.TOKEN=api.example.com:99999", /ports are 1 to 65535/],
      ["box config secret.1X=api.example.com", /cannot be the name of a secret/],
    ] as const
  ) await fails(sandbox, line, 2, said);
  assert.equal(await ok(sandbox, "box config"), "  secret.TOKEN = api.example.com:8443\n");
});

Deno.test("F20: only what is near and is there is suggested", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  for (const word of ["foo", "bogus", "nope"]) {
    for (const line of [`box config ${word}`, `box config ${word}=1`, `system config ${word}`, word]) {
      const { code, stderr } = await sandbox.run(line.split(" "));
      assert.deepEqual([code, /Did you mean/.test(stderr)], [1, false], `${line}: ${stderr}`);
    }
  }
  await fails(sandbox, "box config netwrok", 1, /Did you mean network\?/);
});

Deno.test("box config --reset --all asks first, and keeps who uses the login", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  for (const set of ["model=opus", "env.A=1", "shared.pip=.cache/pip", "auth=distinct"]) {
    await ok(sandbox, `box config ${set}`);
  }
  const no = await sandbox.run(["box", "config", "--reset", "--all"], { input: "y\n" });
  assert.deepEqual([no.code, no.stdout], [2, "Aborted.\n"]);
  assert.match(await ok(sandbox, "box config"), /model = opus/);
  const yes = await sandbox.run(["box", "config", "--reset", "--all"], { input: "yes\n" });
  assert.deepEqual([yes.code, yes.stdout], [0, "Reset 3 settings of box work.\n"]);
  assert.match(yes.stderr, /Kept group_auth=distinct/);
  assert.equal(await ok(sandbox, "box config"), "  group_auth = distinct\n");
  assert.equal(await ok(sandbox, "box config --reset --all --force"), "Nothing to reset.\n");
  await ok(sandbox, "box config --reset auth");
  assert.equal(await ok(sandbox, "box config"), "  (no overrides)\n");
});

Deno.test("--effective tells every value with its source, as a launch has it", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  await ok(sandbox, "system config network=none");
  await ok(sandbox, "system config memory=1g");
  await ok(sandbox, "workset config default memory=2g");
  await ok(sandbox, "box config network=open");
  await ok(sandbox, "system config env.A=1");
  await ok(sandbox, "box config env.MY_TOKEN=hush");
  const effective = JSON.parse(await ok(sandbox, "box config --effective --json"));
  assert.deepEqual(effective["box.network"], { value: "open", level: "box", from: "box config" });
  assert.deepEqual(effective["box.memory"], { value: 2 ** 31, level: "workset", from: "workset config" });
  assert.deepEqual(effective["box.pids"], { value: 2048, level: "default", from: "default" });
  assert.deepEqual(effective["env.A"], { value: "1", level: "system", from: "system env file" });
  assert.equal(effective["env.MY_TOKEN"].value, "********");
  const table = await ok(sandbox, "box config --effective");
  assert.match(table, /^KEY +VALUE +SOURCE\n/);
  assert.match(table, /\nbox\.memory +2g +workset config\n/);
  assert.ok(!table.includes("hush"));
  assert.match(await ok(sandbox, "shell --plan"), /Network +open +box config\n/);
  assert.ok(!(await ok(sandbox, "box config")).includes("hush"));
  assert.equal(await ok(sandbox, "box config env.MY_TOKEN"), "hush\n");
});

Deno.test("an explicit value counts even when it equals the default", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  await ok(sandbox, "system config image=min");
  await ok(sandbox, "box config image=oci");
  assert.equal(await ok(sandbox, "box config --effective image"), "oci\n");
  assert.match(
    await ok(sandbox, "shell --plan"),
    /kanibako-oci:latest \(not here: would be built\) +box config/,
  );
});

Deno.test("crab config: with an id, or for the agent boxes would get", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "system config crab=codex");
  assert.equal(await ok(sandbox, "crab config model=x"), "Set model=x\n");
  assert.equal(await ok(sandbox, "crab config codex model"), "x\n");
  assert.equal(await ok(sandbox, "agent config claude access=default"), "Set access=default\n");
  assert.equal(await ok(sandbox, "crab config claude"), "  access = default\n");
  assert.equal(await ok(sandbox, "crab config codex run_args"), "\n");
  await ok(sandbox, "crab config codex env.A=1");
  assert.equal(
    await ok(sandbox, "crab config codex --reset --all --force"),
    "Reset 2 settings of crab codex.\n",
  );
  await fails(sandbox, "crab config cluade model=x", 1, /Did you mean claude\?/);
  await fails(sandbox, "crab config claude access=root", 1, /permissive or default/);
  await fails(sandbox, "crab config image=x", 1, /Cannot use box\.image for an agent/);
  await fails(sandbox, "crab config --reset", 1, /--reset requires a KEY or --all/);
});

Deno.test("workset config: its file, its variables, its manifest", async () => {
  await using sandbox = await Sandbox.make();
  const root = `${sandbox.home}/group`;
  await ok(sandbox, `workset create ${root} --name client`);
  await ok(sandbox, `workset connect client ${sandbox.home}/work --link`);
  await ok(sandbox, "workset config client image=min");
  await ok(sandbox, "workset config client env.A=1");
  assert.equal(await ok(sandbox, "workset config client"), "  box.image = min\n  env.A = 1\n");
  assert.equal(await ok(sandbox, "box config client/work --effective image"), "min\n");
  assert.equal(await Deno.readTextFile(`${root}/env`), "A=1\n");
  assert.equal(await ok(sandbox, "workset config client auth"), "shared\n");
  await fails(sandbox, "workset config client auth=maybe", 1, /shared, distinct or guarded/);
  await fails(sandbox, "workset config nobody", 1, /no workset called nobody/);
  await fails(sandbox, "workset config default env.A=1", 1, /no variables for workset default/);
});

Deno.test("auth=distinct takes the host's login out of the homes it was in, and only there", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, `workset create ${sandbox.home}/group --name client`);
  await ok(sandbox, `workset connect client ${sandbox.home}/work --link`);
  await Deno.mkdir(`${sandbox.home}/other`);
  await ok(sandbox, "create other", { cwd: sandbox.home });
  const homes = await Promise.all(
    ["client/work", "other"].map(async (name) =>
      JSON.parse(await ok(sandbox, `box info ${name} --json`, { cwd: "/" })).shell as string
    ),
  );
  const logins = homes.map((home) => `${home}/.claude/.credentials.json`);
  for (const [at, login] of logins.entries()) {
    await Deno.mkdir(`${homes[at]}/.claude`, { recursive: true });
    await Deno.writeTextFile(login, "{}");
  }
  const outside = `${sandbox.home}/outside.json`;
  await Deno.writeTextFile(outside, "mine");
  await Deno.mkdir(`${homes[0]}/.codex`);
  // What a box has made a link is removed as a link.
  await Deno.symlink(outside, `${homes[0]}/.codex/auth.json`);
  const there = (path: string) => Deno.lstat(path).then(() => true, () => false);
  assert.equal(
    await ok(sandbox, "workset config client auth=distinct"),
    "Set group_auth=distinct\nDeleted the host's login from 1 project.\n",
  );
  assert.deepEqual(await Promise.all(logins.map(there)), [false, true]);
  assert.equal(await there(`${homes[0]}/.codex/auth.json`), false);
  assert.equal(await Deno.readTextFile(outside), "mine");
  assert.equal(await ok(sandbox, "workset auth client"), "distinct\n");
  assert.equal(await ok(sandbox, "workset auth default"), "shared\n");
  assert.equal(await ok(sandbox, "workset auth client shared"), "Set group_auth=shared\n");
  assert.match(await ok(sandbox, "box config other auth=distinct", { cwd: "/" }), /from 1 project/);
  assert.deepEqual(await Promise.all(logins.map(there)), [false, false]);
});

Deno.test("a standalone project's own settings: the user's change counts, a change by others stops it", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create --standalone");
  await ok(sandbox, "box config network=none");
  await ok(sandbox, "box config env.A=1");
  assert.match(await ok(sandbox, "shell --plan"), /Network +none +box config/);
  const file = `${sandbox.home}/work/.kanibako/project.toml`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, `${text}\n[crab]\nmodel = "evil"\n`);
  await fails(sandbox, "box config pids=99", 1, /kanibako box approve/);
  assert.equal(await Deno.readTextFile(file), `${text}\n[crab]\nmodel = "evil"\n`);
  await ok(sandbox, "box approve --force");
  await ok(sandbox, "box config pids=99");
  assert.match(await ok(sandbox, "shell --plan"), /processes: 99/);
  await ok(sandbox, "box config auth=distinct");
  assert.equal(await ok(sandbox, "box config auth --effective"), "distinct\n");
  await ok(sandbox, "box config auth=shared");
  assert.equal(await ok(sandbox, "box config auth --effective"), "shared\n");
});

Deno.test("--schema prints a JSON Schema with every setting of the level", async () => {
  await using sandbox = await Sandbox.make();
  const schema = JSON.parse(await ok(sandbox, "system config --schema"));
  assert.equal(schema.type, "object");
  assert.deepEqual(schema.properties.box.properties.network.enum, ["none", "filtered", "open"]);
  assert.equal(schema.properties.box.properties.pids.maximum, 4194304);
  assert.ok(schema.properties.system.properties.path.properties.seeded.additionalProperties);
  assert.deepEqual(Object.keys(schema.$defs), ["workset", "box", "crab"]);
  const crab = JSON.parse(await ok(sandbox, "crab config claude --schema"));
  assert.equal(crab.properties.crab.properties.run_args.type, "array");
  assert.equal(crab.properties.box.properties.image, undefined);
});

Deno.test("a configuration that cannot be read stops the command with its file and line", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "system config network=none");
  const file = `${sandbox.home}/config/kanibako.toml`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, `${text}oops\n`);
  await fails(sandbox, "system config network=open", 1, /kanibako\.toml: line \d+/);
  assert.equal(await Deno.readTextFile(file), `${text}oops\n`);
});

Deno.test("what has no effect says so: in a file, as an option and with config", async () => {
  await using sandbox = await Sandbox.make();
  await ok(sandbox, "create");
  const said = async (line: string) => {
    const { code, stderr } = await sandbox.run(line.split(" "));
    assert.equal(code, 0, `${line}\n${stderr}`);
    return stderr;
  };
  assert.match(await said("shell --plan --json --no-auto-auth"), /--no-auto-auth has no effect: /);

  // What acts says nothing.
  assert.equal(await said("system config spawn.depth=2"), "");
  assert.equal(await said("box config allow_helpers=false"), "");
  assert.equal(await said("box config share_images=true"), "");
  assert.equal(await said("box config pids=99"), "");
  assert.doesNotMatch(await said("shell --plan --json --memory 1g"), /no effect/);
  await fails(sandbox, "system config paths.shell=x", 1, /Cannot set paths\.shell: it has no effect/);
});
