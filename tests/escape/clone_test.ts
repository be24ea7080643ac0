/** A workspace may come from anywhere, and its own box can write it. What it says of itself grants nothing. */

import assert from "node:assert/strict";
import { readSources } from "../gate/sources.ts";
import { User } from "../support/program.ts";
import { asAgent, assertHarmless, inBox, logIn, obedientAgent, Victim, within } from "./support.ts";

/** A standalone project as a clone brings it: its settings, never seen on this machine. */
async function clone(user: User, settings: string, env?: string): Promise<string> {
  const folder = await user.folder();
  await Deno.mkdir(`${folder}/.kanibako`);
  await Deno.writeTextFile(`${folder}/.kanibako/project.toml`, `[project]\nmode = "standalone"\n${settings}`);
  if (env !== undefined) await Deno.writeTextFile(`${folder}/.kanibako/env`, env);
  return folder;
}

const WIDER: Readonly<Record<string, string>> = {
  "a network": '[box]\nnetwork = "open"\n',
  "less security": '[box]\nsecurity = "standard"\n',
  "another rig": '[box]\nimage = "registry.example/evil"\n',
  "more processes": "[box]\npids = 4000000\n",
  "an agent's setting": '[crab]\naccess = "bypassPermissions"\n',
  "a share": '[box.path.share_rw]\nx = "/etc:/x"\n',
  "a cache": '[shared]\nx = "/home/agent/.ssh"\n',
  "a shared resource": '[resource_overrides]\n"plugins/" = "shared"\n',
  "autonomy": "[crab]\nautonomous = true\n",
};

Deno.test("T10 T12 what a clone's settings ask for is not given until its user says so, of that very content", async () => {
  await using user = await User.make();
  for (const [what, settings] of Object.entries(WIDER)) {
    const folder = await clone(user, settings);
    for (
      const words of [["shell", "--", "true"], ["shell", "--plan"], [
        "start",
        "--ephemeral",
        "--entrypoint",
        "true",
      ]]
    ) {
      const refused = await within(user.run(words, { cwd: folder }));
      assert.equal(refused.code, 1, `${what}: ${words.join(" ")}`);
      assert.match(refused.stderr, /not approved on this machine/, what);
    }
  }
  const folder = await clone(user, "", "PATH=/evil\nLD_PRELOAD=/evil\n");
  assert.match((await inBox(user, folder, "true")).stderr, /sets env\.PATH, env\.LD_PRELOAD/);
  // The allowed things: a clone that asks for nothing, and one that was approved, as long as it stays the same.
  assert.equal((await inBox(user, await clone(user, 'name = "fine"\n'), "exit 3")).code, 3);
  const wished = await clone(user, "[box]\npids = 99\n");
  await user.ok(["box", "approve", wished, "--force"]);
  assert.equal((await inBox(user, wished, "exit 3")).code, 3);
  await Deno.writeTextFile(
    `${wished}/.kanibako/project.toml`,
    '[project]\nmode = "standalone"\n[box]\npids = 999\n',
  );
  assert.match((await inBox(user, wished, "true")).stderr, /changed since it was approved/);
});

Deno.test("T10 a box cannot reach the settings of its own standalone project, nor become one in a default project", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await user.ok(["create", folder, "--standalone"]);
  const before = await Deno.readTextFile(`${folder}/.kanibako/project.toml`);
  const tried = await inBox(
    user,
    folder,
    `ls -A .kanibako; echo '[box]' >>.kanibako/project.toml; mv .kanibako x; rm -rf .kanibako; ln -sfn /etc .kanibako; exit 0`,
  );
  assert.equal(tried.stdout, "", "the settings show inside");
  assert.equal(await Deno.readTextFile(`${folder}/.kanibako/project.toml`), before);
  const plain = await user.folder();
  const settings =
    `mkdir -p .kanibako sub/.kanibako && printf '[project]\\nmode = "standalone"\\nname = "evil"\\n[box]\\nnetwork = "open"\\n' | tee .kanibako/project.toml >sub/.kanibako/project.toml`;
  assert.equal((await inBox(user, plain, settings)).code, 0);
  for (const cwd of [plain, `${plain}/sub`]) {
    const plan = JSON.parse(await user.ok(["shell", "--plan", "--json"], { cwd }));
    assert.equal(plan.project.path, plain);
    assert.equal(plan.plan.network, "none");
  }
});

Deno.test("T25 a clone's settings that are a link, a FIFO, huge or endlessly deep stop nothing but itself", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  await Deno.writeTextFile(`${victim.path}/toml`, '[project]\nmode = "standalone"\n');
  const good = await user.folder();
  await user.ok(["create", good, "--standalone"]);
  const shapes: Record<string, string> = {
    "a link": `ln -s ${victim.path}/toml "$1"`,
    "a FIFO": 'mkfifo "$1"',
    "1 GB": 'truncate -s 1G "$1"',
    "a folder": 'mkdir "$1"',
    "endlessly deep": `python3 -c 'print("x = " + "[" * 200000)' >"$1"`,
    "endlessly long keys":
      `python3 -c 'print("[project]\\nmode = \\"standalone\\"\\nshared" + ".a" * 120000 + " = 1")' >"$1"`,
    "controls": `printf '[project]\\nmode = "standalone"\\nname = "\\\\u001b[2Jx"\\nx\\\\u009b = 1' >"$1"`,
  };
  for (const [what, make] of Object.entries(shapes)) {
    const folder = await user.folder();
    await Deno.mkdir(`${folder}/.kanibako`);
    const made = await user.call(["sh", "-c", make, "sh", `${folder}/.kanibako/project.toml`]);
    assert.equal(made.code, 0, made.stderr);
    for (const words of [["shell", "--plan"], ["box", "info"], ["list"], ["rm", folder]]) {
      const outcome = await within(user.run(words, { cwd: folder }), 30_000);
      assertHarmless(outcome.stdout + outcome.stderr, `${what}: ${words.join(" ")}`);
      assert.doesNotMatch(outcome.stderr, /bug in kanibako/, `${what}: ${words.join(" ")}`);
    }
    assert.match(await user.ok(["list"]), new RegExp(good));
  }
});

Deno.test("T15 a clone that turns the login off keeps it off; one that turns it on does not get it where it is off", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  await logIn(user, "host");
  const has = "grep -q '\"host\"' ~/.claude/.credentials.json && exit 5; exit 6";
  assert.equal((await asAgent(user, await clone(user, "group_auth = false\n"), env, has)).code, 6);
  const own = await user.folder();
  await user.ok(["create", own, "--standalone", "--distinct-auth"]);
  const file = `${own}/.kanibako/project.toml`;
  await Deno.writeTextFile(
    file,
    (await Deno.readTextFile(file)).replace("group_auth = false", "group_auth = true"),
  );
  assert.equal((await asAgent(user, own, env, has)).code, 6);
  assert.equal((await asAgent(user, await user.folder(), env, has)).code, 5);
});

Deno.test("T01 T02 T03 T04 T06 git is called from one place only, which is made for hostile repositories", async () => {
  const called = /(?:run\(\s*\[|findExecutable\()\s*["'`](?:\/[^"'`\s]*\/)?git["'`]/;
  const sources = await readSources("lib", "targets", "cli.ts", "mod.ts");
  const callers = sources.filter((source) => called.test(source.text));
  // The program's own checkout is none that a box can write: who asks for it has made sure of that.
  const own = "lib/app/system/upgrade/checkout.ts";
  assert.deepEqual(callers.map((source) => source.path), [own, "lib/project/git/run.ts"]);
  const askers = sources.filter(({ imports }) => imports.includes(own));
  assert.deepEqual(askers.map(({ path }) => path), ["lib/app/system/upgrade/upgrade.ts"]);
  assert.match(askers[0]!.text, /unsafe-checkout/);
  assert.match('attach(["x"]); run(["/usr/bin/git", "status"])', called);
  assert.match('run([findExecutable("git") ?? "git", "status"])', called);
});

Deno.test("T01 T02 a repository full of traps springs none of them, whatever is called in it", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const folder = await user.folder();
  const trap = `#!/bin/sh\ntouch ${user.home}/sprung\n`;
  const traps = [
    "git",
    "podman",
    "docker",
    "sh",
    "mkfifo",
    "tar",
    "node",
    "deno",
    "tmux",
    "find",
    ".git/hooks/post-checkout",
    ".git/hooks/fsmonitor",
  ];
  await Deno.mkdir(`${folder}/.git/hooks`, { recursive: true });
  await Deno.mkdir(`${folder}/node_modules/.bin`, { recursive: true });
  for (const name of [...traps, ...traps.slice(0, 10).map((one) => `node_modules/.bin/${one}`)]) {
    await Deno.writeTextFile(`${folder}/${name}`, trap);
    await Deno.chmod(`${folder}/${name}`, 0o755);
  }
  await Deno.writeTextFile(
    `${folder}/.git/config`,
    `[core]\n\tfsmonitor = ${folder}/git\n\tpager = ${folder}/git\n[alias]\n\tstatus = !${folder}/git\n`,
  );
  await Deno.writeTextFile(`${folder}/.gitattributes`, "* filter=x\n");
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    '{"imports": {"zod/mini": "./evil.ts", "@clack/prompts": "./evil.ts"}, "tasks": {"x": "./git"}}',
  );
  await Deno.writeTextFile(
    `${folder}/package.json`,
    '{"type": "commonjs", "scripts": {"preinstall": "./git"}}',
  );
  for (const name of [".envrc", ".env", ".npmrc", ".bashrc", ".profile", "bunfig.toml", ".deno"]) {
    await Deno.writeTextFile(
      `${folder}/${name}`,
      `touch ${user.home}/sprung\nPATH=.\nNODE_OPTIONS=--require=./git\n`,
    );
  }
  // A relative entry of PATH is some people's habit.
  const careless = { ...env, PATH: `.:node_modules/.bin:${env.PATH}` };
  const all = [
    ["list"],
    ["box", "info"],
    ["box", "diagnose"],
    ["shell", "--plan"],
    ["shell", "--", "true"],
    ["start", "--ephemeral", "--", "true"],
    ["system", "info"],
    ["stop"],
    ["rm", folder, "--purge", "--force"],
  ];
  for (const words of all) {
    const outcome = await within(user.run(words, { cwd: folder, env: careless }));
    assert.doesNotMatch(outcome.stderr, /bug in kanibako/, words.join(" "));
    await assert.rejects(Deno.stat(`${user.home}/sprung`), Deno.errors.NotFound, words.join(" "));
  }
});
