// What a box may use and reach.

import assert from "node:assert/strict";
import { enforcesLimits } from "../../lib/runtime/cli/podman_limits.ts";
import { engine, rootless, until, User } from "../support/program.ts";

const enforced = engine === "docker" || enforcesLimits(rootless);

/** The control group's file, in either version. */
const LIMIT = `for f in /sys/fs/cgroup/$1 /sys/fs/cgroup/$2; do [ ! -r "$f" ] || { cat "$f"; exit; }; done`;

Deno.test({
  name: "--memory, --pids and --cpus hold in the box" +
    (enforced ? "" : " (this host's rootless podman cannot)"),
  ignore: !enforced,
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    const flags = ["--memory", "512m", "--pids", "77", "--cpus", "0.5"];
    const limit = async (two: string, one: string) =>
      (await user.ok(["shell", ...flags, "--", "sh", "-c", LIMIT, "sh", two, one], { cwd })).trim();
    assert.equal(await limit("memory.max", "memory/memory.limit_in_bytes"), `${512 * 2 ** 20}`);
    assert.equal(await limit("pids.max", "pids/pids.max"), "77");
    assert.match(await limit("cpu.max", "cpu/cpu.cfs_quota_us"), /^50000( 100000)?$/);
  },
});

Deno.test({
  name: "F1: a limit that cannot be enforced is refused as an option, and named where it is configured" +
    (enforced ? " (this host enforces all)" : ""),
  ignore: enforced,
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    for (const option of ["--memory=512m", "--cpus=1"]) {
      const refused = await user.run(["shell", option, "--", "touch", "ran"], { cwd });
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /limit \(--(memory|cpus) flag\) is not enforced by podman on this host\.\n.*cgroup/,
      );
    }
    await assert.rejects(Deno.stat(`${cwd}/ran`), Deno.errors.NotFound);
    assert.match(
      await user.ok(["shell", "--memory", "512m", "--plan"], { cwd }),
      /a start with it is refused/,
    );
    await user.configure('box.network = "none"', 'box.memory = "512m"', "box.cpus = 1");
    const outcome = await user.run(["shell", "--", "true"], { cwd });
    assert.equal(outcome.code, 0);
    assert.match(outcome.stderr, /memory limit .* is not enforced/);
    assert.match(outcome.stderr, /processor limit .* is not enforced/);
    const none = await user.run(["shell", "--memory", "none", "--cpus", "none", "--", "true"], { cwd });
    assert.deepEqual([none.code, none.stderr], [0, ""]);
  },
});

Deno.test("too many processes are refused inside, and the host does not notice", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const script = "i=0; while [ $i -lt 200 ]; do sleep 5 & i=$((i+1)); done; echo all";
  const many = await user.run(["shell", "--pids", "64", "--", "sh", "-c", script], { cwd });
  assert.doesNotMatch(many.stdout, /all/);
  const few = await user.run(["shell", "--pids", "400", "--", "sh", "-c", script], { cwd });
  // Root has no such limit where it can only be set by user.
  assert.match(few.stdout, /all/);
});

Deno.test("limits from the configuration count, and a flag counts more", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.configure('box.network = "none"', 'box.memory = "1g"', "box.pids = 100");
  const plan = async (...flags: string[]) =>
    JSON.parse(await user.ok(["shell", "--plan", "--json", ...flags], { cwd })).plan.limits;
  const { memoryBytes, pids } = await plan();
  assert.deepEqual([memoryBytes, pids], [2 ** 30, 100]);
  assert.equal((await plan("--memory", "2g")).memoryBytes, 2 ** 31);
});

Deno.test("--network none leaves only the box itself, --network open has a way out", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const script = "ls /sys/class/net; cat /proc/net/route | tail -n +2 | wc -l";
  assert.equal(await user.ok(["shell", "--network", "none", "--", "sh", "-c", script], { cwd }), "lo\n0\n");
  const open = await user.ok(["shell", "--network", "open", "--", "sh", "-c", script], { cwd });
  assert.match(open, /^(?!lo$)\S+\nlo\n[1-9]|^lo\n\S+\n[1-9]/m);
});

Deno.test("what a running box is left with can be seen from the engine", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const [name] = await user.containers();
  await until(async () =>
    (await user.engine("inspect", "--format", "{{.State.Status}}", name!)) === "running\n"
  );
  const inspect = JSON.parse(await user.engine("inspect", name!))[0];
  assert.equal(inspect.HostConfig.NetworkMode, "none");
  assert.equal(inspect.HostConfig.Privileged, false);
});

Deno.test("box limits changes what a running box may use where the engine can, and keeps it where that is asked for", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--persistent", "--pids", "300", "--", "sleep", "600"], { cwd });
  const limits = (...words: string[]) => user.run(["box", "limits", ...words], { cwd });
  assert.match((await limits()).stdout, /Memory: +no limit\n +Processors: +no limit\n +Processes: +300/);
  assert.equal((await limits("--memory", "lots")).code, 2);
  assert.equal((await limits("--keep")).code, 2);
  const asSetting = await limits("memory=1g");
  assert.deepEqual([asSetting.code, /Limits are options here: --memory 1g/.test(asSetting.stderr)], [
    2,
    true,
  ]);
  const changed = await limits("--memory", "300m", "--cpus", "0.5", "--pids", "200");
  if (!enforced) {
    assert.deepEqual([changed.code, /does not enforce a memory limit on this host/.test(changed.stderr)], [
      1,
      true,
    ]);
    return;
  }
  assert.equal(changed.code, 0, changed.stderr);
  assert.match(changed.stdout, /Memory: +300m\n +Processors: +0.5\n +Processes: +200/);
  assert.match(changed.stderr, /until the box ends\. To keep it: kanibako box config -p \S+ memory=300m;/);
  const inside = async (two: string, one: string) =>
    (await user.ok(["shell", "--", "sh", "-c", LIMIT, "sh", two, one], { cwd })).trim();
  assert.equal(await inside("memory.max", "memory/memory.limit_in_bytes"), `${300 * 2 ** 20}`);
  assert.equal(await inside("pids.max", "pids/pids.max"), "200");
  assert.match(await inside("cpu.max", "cpu/cpu.cfs_quota_us"), /^50000( 100000)?$/);
  // A call is measured by what the box has now, and not warned of what is configured.
  assert.equal((await user.run(["shell", "--memory", "300m", "--", "true"], { cwd })).code, 0);
  const plain = await user.run(["shell", "--", "true"], { cwd });
  assert.deepEqual([plain.code, plain.stderr], [0, ""]);
  assert.equal((await user.run(["box", "config", "memory"], { cwd })).code, 1);
  const kept = JSON.parse((await limits("--memory", "none", "--keep", "--json")).stdout);
  assert.deepEqual([kept.memory, kept.cpus, kept.kept], ["none", "0.5", true]);
  assert.match(await user.ok(["box", "config", "memory"], { cwd }), /none/);
  await user.ok(["stop"], { cwd });
  assert.match((await limits("--pids", "100")).stderr, /is not running/);
});
