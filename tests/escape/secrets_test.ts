/** T51: what is secret shows nowhere but in the box it was given to. */

import assert from "node:assert/strict";
import { LABEL_OWNER, ownerMark } from "../../lib/runtime/labels.ts";
import { engine, until, User } from "../support/program.ts";
import { filesBelow, inBox, inBoxOk, logIn, obedientAgent, within } from "./support.ts";

/** The words of every process that can be seen from here, and of all programs of this machine when we are root. */
async function allWords(): Promise<string> {
  let text = "";
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    text += await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "") + "\n";
  }
  return text;
}

async function inspection(user: User): Promise<string> {
  const mark = await ownerMark(user.state);
  const ids = await user.engine("ps", "--all", "--quiet", `--filter=label=${LABEL_OWNER}=${mark}`);
  return await user.engine("inspect", ...ids.trim().split("\n"));
}

Deno.test("T51 a secret of -e, of an env file or of a login is in no process list, inspection, log or plan", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const folder = await user.folder();
  const secrets = {
    file: `file-${crypto.randomUUID()}`,
    login: `login-${crypto.randomUUID()}`,
    command: `command-${crypto.randomUUID()}`,
  };
  await user.ok(["create", folder]);
  const metadata = `${user.data}/boxes/${folder.slice(folder.lastIndexOf("/") + 1)}`;
  await Deno.writeTextFile(`${metadata}/env`, `API_TOKEN=${secrets.file}\nPLAIN=shown\n`, { mode: 0o600 });
  await logIn(user, secrets.login);
  // The agent waits for a sign, so that everything can be looked at while it runs.
  const wait = "echo $API_TOKEN >got; touch running; while [ ! -e done ]; do sleep 0.1; done";
  const session = user.start(["-v", "start", "--ephemeral", "--", wait], { cwd: folder, env });
  await until(() => Deno.stat(`${folder}/running`).then(() => true, () => false), 60_000);
  // The secret on our own command line is the user's doing; what becomes of it from there is ours.
  const flag = ["-e", `MY_SECRET=${secrets.command}`];
  const print = "echo $MY_SECRET >beside; touch besides; while [ ! -e done ]; do sleep 0.1; done";
  const second = user.start(["-v", "shell", ...flag, "--", "sh", "-c", print], { cwd: folder, env });
  await until(() => Deno.stat(`${folder}/besides`).then(() => true, () => false), 60_000);
  const words = (await allWords()).split("\n").filter((line) => !line.includes("\0-v\0shell\0")).join("\n");
  const seen = await inspection(user);
  await Deno.writeTextFile(`${folder}/done`, "");
  const [ended, beside] = [await within(session.ended), await within(second.ended)];
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(beside.code, 0, beside.stderr);
  // The allowed thing: inside, they are there.
  assert.equal(await Deno.readTextFile(`${folder}/got`), `${secrets.file}\n`);
  assert.equal(await Deno.readTextFile(`${folder}/beside`), `${secrets.command}\n`);
  const plan = await within(user.run(["start", "--plan"], { cwd: folder, env }));
  const json = await within(user.run(["start", "--plan", "--json"], { cwd: folder, env }));
  assert.match(plan.stdout, /API_TOKEN\s+\*+/);
  assert.match(plan.stdout, /PLAIN\s+shown/);
  for (const [which, secret] of Object.entries(secrets)) {
    const places = { words, seen, "-v": ended.stderr + beside.stderr, plan: plan.stdout, json: json.stdout };
    for (const [where, text] of Object.entries(places)) {
      assert.equal(text.includes(secret), false, `${which} in ${where}`);
    }
  }
});

Deno.test("T51 what is kept of a secret on the host is its owner's alone, and gone with the run", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const folder = await user.folder();
  const secret = `file-${crypto.randomUUID()}`;
  await logIn(user, secret);
  const session = user.start(
    [
      "start",
      "--ephemeral",
      "-e",
      `TOKEN=${secret}`,
      "--",
      "touch running; while [ ! -e done ]; do sleep 0.1; done",
    ],
    { cwd: folder, env },
  );
  await until(() => Deno.stat(`${folder}/running`).then(() => true, () => false), 60_000);
  let holders = 0;
  for await (const path of filesBelow(user.state)) {
    if (!(await Deno.readTextFile(path).catch(() => "")).includes(secret)) continue;
    holders++;
    assert.equal((await Deno.stat(path)).mode! & 0o077, 0, path);
  }
  assert.ok(holders > 0, "nothing was handed in");
  assert.equal((await Deno.stat(user.state)).mode! & 0o077, 0);
  await Deno.writeTextFile(`${folder}/done`, "");
  assert.equal((await within(session.ended)).code, 0);
  for await (const path of filesBelow(user.state)) {
    assert.equal((await Deno.readTextFile(path)).includes(secret), false, path);
  }
});

Deno.test("T15 a box's variables are the box's alone: no process of the host sees them", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await user.ok(["create", folder]);
  const evil: Record<string, string> = {
    LD_PRELOAD: "/evil.so",
    LD_LIBRARY_PATH: "/evil",
    PATH: "/usr/bin:/bin:/evil",
    BASH_ENV: "/evil",
    ENV: "/evil",
    NODE_OPTIONS: "--evil",
    GIT_SSH_COMMAND: "evil",
    GIT_CONFIG_COUNT: "1",
    HTTP_PROXY: "http://evil",
    DOCKER_HOST: "unix:///evil",
    CONTAINER_HOST: "unix:///evil",
    CONTAINERS_CONF: "/evil",
    XDG_RUNTIME_DIR: "/evil",
    TMPDIR: "/evil",
    DENO_DIR: "/evil",
    QUOTES: `"'$(touch evil)\`touch evil\`\\`,
    name: "evil",
  };
  const metadata = `${user.data}/boxes/${folder.slice(folder.lastIndexOf("/") + 1)}`;
  const text = Object.entries(evil).map(([name, value]) => `${name}=${value}\n`).join("");
  await Deno.writeTextFile(`${metadata}/env`, text);
  // An engine that writes down what it is given, and is the real one beyond that.
  const bin = `${user.home}/bin`;
  await Deno.mkdir(bin);
  const real = (await user.call(["sh", "-c", `command -v ${engine}`])).stdout.trim();
  await Deno.writeTextFile(
    `${bin}/${engine}`,
    `#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >>"${user.home}/seen"\nexec "${real}" "$@"\n`,
  );
  await Deno.chmod(`${bin}/${engine}`, 0o755);
  const env = { KANIBAKO_DOCKER_CMD: `${bin}/${engine}` };
  const flags = Object.entries({ ...evil, LINES_: "a\nb" }).flatMap((
    [name, value],
  ) => ["-e", `${name}=${value}`]);
  const print =
    `env -0 | sort -z | tr '\\0' '\\n' >env.txt; touch running; [ "$1" ] || while [ ! -e done ]; do sleep 0.1; done`;
  const running = user.start(["shell", "--", "sh", "-c", print], { cwd: folder, env });
  await until(() => Deno.stat(`${folder}/running`).then(() => true, () => false), 60_000);
  const check = async (what: string) => {
    const inside = await Deno.readTextFile(`${folder}/env.txt`);
    for (const [name, value] of Object.entries(evil)) {
      if (name !== "PATH") {
        assert.ok(inside.includes(`${name}=${value}\n`), `${what}: ${name} is not inside:\n${inside}`);
      }
    }
    const seen = await Deno.readTextFile(`${user.home}/seen`);
    for (const [name, value] of Object.entries(evil)) {
      assert.equal(seen.split("\n").includes(`${name}=${value}`), false, `${what}: ${name} is outside`);
    }
  };
  await check("at the launch, from an env file");
  const beside = await within(
    user.run(["shell", ...flags, "--", "sh", "-c", print, "sh", "once"], { cwd: folder, env }),
  );
  assert.equal(beside.code, 0, beside.stderr);
  await check("in a running box, from -e");
  assert.match(await Deno.readTextFile(`${folder}/env.txt`), /^LINES_=a\nb$/m);
  await Deno.writeTextFile(`${folder}/done`, "");
  assert.equal((await within(running.ended)).code, 0);
  await assert.rejects(Deno.lstat(`${folder}/evil`), Deno.errors.NotFound);
});

Deno.test("T15 variables that are the box's own or steer kanibako cannot be set from a box's files or by -e", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await user.ok(["create", folder]);
  const metadata = `${user.data}/boxes/${folder.slice(folder.lastIndexOf("/") + 1)}`;
  for (
    const name of [
      "HOME",
      "USER",
      "TERM",
      "KANIBAKO_NAME",
      "KANIBAKO_RUN",
      "KANIBAKO_KEEP",
      "kanibako_x",
      "IFS",
      "__proto__",
    ]
  ) {
    await Deno.writeTextFile(`${metadata}/env`, `${name}=evil\n`);
    const byFile = await inBox(user, folder, "exit 0");
    assert.notEqual(byFile.code, 0, `${name} in a file`);
    assert.match(byFile.stderr, /env/, name);
    await Deno.remove(`${metadata}/env`);
    const byFlag = await inBox(user, folder, "exit 0", ["-e", `${name}=evil`]);
    assert.notEqual(byFlag.code, 0, `${name} by a flag`);
  }
  await Deno.writeTextFile(`${metadata}/env`, "KANIBAKO_PS1=mine\n");
  assert.equal(
    await inBoxOk(user, folder, 'echo "$KANIBAKO_PS1 $KANIBAKO_NAME"'),
    `mine ${folder.slice(folder.lastIndexOf("/") + 1)}\n`,
  );
});
