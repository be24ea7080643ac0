// `kanibako run`: one command in a box of its own, and nothing of it afterwards.

import assert from "node:assert/strict";
import { exists } from "../support/agent_session.ts";
import { engine, until, User } from "../support/program.ts";
import { runScript } from "../support/script.ts";

/** What is left of runs: files of data and state, containers. */
async function left(user: User): Promise<string[]> {
  const found = await user.containers();
  for (const folder of [`${user.data}/scratch`, `${user.data}/kept`, `${user.state}/boxes`]) {
    if (!await exists(folder)) continue;
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.startsWith("kanibako-")) found.push(`${folder}/${name}`);
    }
  }
  return found;
}

Deno.test("run works in the project where its user stands and sees nothing of its box, passes bytes, code and signals, and leaves nothing", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await Deno.chmod(cwd, 0o777);
  await Deno.mkdir(`${cwd}/sub`);
  await user.ok(["create", "--standalone", cwd]);
  // The words after the command are the command's, also those that look like ours.
  const script =
    `pwd; cat; printf 'a\\0b' | od -An -c; echo err >&2; echo made >../made; printf '%s|' "$@"; ls -A ../.kanibako 2>/dev/null; exit 7`;
  const first = await user.run(
    ["run", "--image", "min", "--env", "A=1", "sh", "-c", script, "sh", "-v", "--", "--help"],
    { cwd: `${cwd}/sub`, input: "in" },
  );
  assert.deepEqual(
    [first.code, first.stdout],
    [7, "/home/agent/workspace/sub\nin   a  \\0   b\n-v|--|--help|"],
    first.stderr,
  );
  // A slow machine has something said of that before.
  assert.match(first.stderr, /(^|\n)err\n$/);
  assert.equal(await Deno.readTextFile(`${cwd}/made`), "made\n");
  assert.deepEqual(await left(user), []);

  // Killed, it leaves what the next one takes away.
  const killed = user.start(["run", "--image", "min", "--", "sh", "-c", "echo >up; sleep 60"], { cwd });
  await until(() => exists(`${cwd}/up`));
  killed.kill("SIGKILL");
  const ended = user.start([
    "run",
    "--image",
    "min",
    "--",
    "sh",
    "-c",
    "trap 'exit 9' INT; echo >on; sleep 60 & wait",
  ], {
    cwd,
  });
  await until(() => exists(`${cwd}/on`));
  ended.kill("SIGINT");
  assert.equal((await ended.ended).code, 9);
  // Its engine's client lived on until then, and had its streams.
  await killed.ended;
  await until(async () => (await left(user)).length === 0);
});

Deno.test({
  name: "run --keep leaves a box that is listed, opened with what was in it, and removed by its name",
  ignore: engine === "docker", // the same commands, and what they need of an engine is tested with both
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await Deno.chmod(cwd, 0o777);
    const options = ["--image", "min", "--pids", "99", "--env", "A=1", "--env", "A_TOKEN=x"];
    const kept = await user.run(
      ["run", "--keep", ...options, "--", "sh", "-c", "echo home >~/file; echo root >/tmp/file; exit 3"],
      { cwd },
    );
    assert.deepEqual([kept.code, kept.stdout], [3, ""]);
    const name = kept.stderr.match(/Kept the box (run-[0-9a-f]{8})\./)?.[1];
    assert.ok(name, kept.stderr);
    assert.deepEqual(await user.containers(), []);
    assert.equal(await user.ok(["list", "--quiet"]), "");
    const [listed] = JSON.parse(await user.ok(["list", "--all", "--json"]));
    assert.deepEqual([listed.name, listed.status, listed.exitCode, listed.path], [name, "stopped", 3, cwd]);
    const inside = 'cat ~/file /tmp/file; pwd; echo "$A $A_TOKEN $B"';
    assert.equal(
      await user.ok(["shell", name, "--env", "B=2", "--", "sh", "-c", inside]),
      "home\nroot\n/home/agent/workspace\n1  2\n",
    );
    assert.equal(JSON.parse(await user.ok(["shell", name, "--plan", "--json"])).plan.limits.pids, 99);
    assert.equal(await user.ok(["rm", name]), `Removed ${name}.\n`);

    // The box of a branch: what the project's file takes away counts in each run, and in a later shell.
    await user.call(["git", "init", "-q", "-b", "main", cwd]);
    const file = `${cwd}/agentkernel.toml`;
    const run = (...words: string[]) => user.run(["run", "--branch", ...words], { cwd });
    const interfaces = ["--", "ls", "/sys/class/net"];
    await Deno.writeTextFile(file, "");
    const made = await run("--image", "min", "--", "true");
    const branch = made.stderr.match(/Kept the box (\S+-main)\./)?.[1];
    assert.ok(branch, made.stderr);
    await Deno.writeTextFile(file, '[security]\nnetwork = false\ncommands = { block = ["cat"] }\n');
    assert.equal((await run(...interfaces)).stdout, "lo\n");
    assert.equal(await user.ok(["shell", branch, ...interfaces]), "lo\n");
    assert.match((await run("--", "cat", "/dev/null")).stderr, /agentkernel\.toml blocks it/);
    assert.match((await run("--image", "oci", "--", "true")).stderr, /was made without --image oci/);
    assert.equal((await run("--image", "min", "--", "false")).code, 1);
    await user.ok(["rm", branch]);
    assert.deepEqual(await left(user), []);
    assert.equal((await user.call([engine, "image", "exists", listed.image])).code, 1);
    assert.equal((await user.run(["shell", name, "--", "true"])).code, 1);
  },
});

Deno.test({
  name: "a script runs one command: output and code as values, and a time limit ends it",
  ignore: engine === "docker", // nothing in it is an engine's
  fn: async () => {
    await using user = await User.make();
    const said = await runScript(
      user,
      await user.folder(),
      `const kanibako = await Kanibako.open();
const { image, ...result } = await kanibako.run(["sh", "-c", "cat; echo err >&2; exit 5"], { image: "min", input: "in" });
say(result);
say(/kanibako-min/.test(image));
say(await kanibako.run(["true"], { image: "min", signal: AbortSignal.abort() }).then(() => "ran", codeOf));
say((await kanibako.run(["sleep", "60"], { image: "min", project: "none", timeoutMs: 500 })).code);`,
    );
    assert.deepEqual(said, [
      { code: 5, stdout: "in", stderr: "err\n", why: ["--image names it."] },
      true,
      "aborted",
      143,
    ]);
    assert.deepEqual(await left(user), []);
  },
});
