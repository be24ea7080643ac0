// What a user sees of boxes that run: what they use, and what their sessions show.

import assert from "node:assert/strict";
import { rootless, until, User } from "../support/program.ts";
import { enforcesLimits } from "../../lib/runtime/cli/podman_limits.ts";

Deno.test("what a running box uses is shown, and what its session has shown, without what steers a terminal", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  assert.equal(await user.ok(["box", "stats"]), "No box is running.\n");
  assert.deepEqual(JSON.parse(await user.ok(["box", "stats", "--json"])), []);
  // A title, a question to the terminal and a hidden mark come from the box; the loop keeps a processor busy.
  const hostile = String.raw`printf '\033]0;owned\007\033[cfirst \342\200\256 line\nAPI_KEY=abcdefgh12345\n'`;
  await user.ok(
    ["shell", "--persistent", "--", "sh", "-c", `${hostile}; while :; do :; done`],
    { cwd },
  );
  const logs = () => user.ok(["box", "logs"], { cwd });
  await until(async () => (await logs()).includes("first"), undefined, "the session shows nothing");
  const shown = await logs();
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(shown, /[\x00-\x09\x0b-\x1f\u202e]|abcdefgh12345/);
  assert.match(shown, /API_KEY=\*+/);
  const last = JSON.parse(await user.ok(["box", "logs", "-n", "1", "--json"], { cwd }));
  assert.ok(last.running && last.lines.length === 1, JSON.stringify(last));
  const bad = await user.run(["box", "logs", "-n", "0"], { cwd });
  assert.equal(bad.code, 2, bad.stderr);

  const [box] = JSON.parse(await user.ok(["box", "stats", "--json"], { cwd }));
  assert.ok(box.cpuPercent > 5 && box.cpuPercent < 1000, JSON.stringify(box));
  assert.ok(box.memoryBytes > 100_000 && box.processes >= 2, JSON.stringify(box));
  assert.ok(box.home.bytes > 0 && box.home.whole, JSON.stringify(box));
  assert.equal(box.countedBy, !rootless || enforcesLimits(rootless) ? "engine" : "box");
  assert.equal(box.reason === null, box.countedBy === "engine", box.reason);
  assert.match(await user.ok(["box", "stats", cwd]), /^NAME +CPU .*\np1-\S+ +\d+\.\d% +\d/);

  const watch = user.start(["box", "stats", "--watch", "--json"], { cwd });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  watch.kill("SIGINT");
  const looks = (await watch.ended).stdout.trim().split("\n");
  assert.ok(looks.length >= 2 && looks.every((look) => JSON.parse(look).length === 1), looks.join("\n"));

  const follow = user.start(["box", "logs", "--follow", "-n", "1"], { cwd });
  await user.ok([
    "shell",
    "--",
    "sh",
    "-c",
    "sleep 2; echo appended >$(tmux display -p -t =kanibako: '#{pane_tty}'); sleep 3",
  ], {
    cwd,
  });
  await user.ok(["stop"], { cwd });
  const followed = await follow.ended;
  assert.deepEqual(
    [followed.code, followed.stdout.includes("appended")],
    [0, true],
    followed.stdout + followed.stderr,
  );
  assert.match(followed.stderr, /The session has ended with exit code 143/);
  const stopped = await user.run(["box", "stats", cwd]);
  assert.equal(stopped.code, 1);
  assert.match(stopped.stderr, /is not running/);
  // Of a session that has ended, its last screen is left.
  const after = JSON.parse(await user.ok(["box", "logs", "--json"], { cwd }));
  assert.equal(after.running, false);
  assert.ok(after.lines.some((line: string) => line.includes("first")), JSON.stringify(after));
  const never = await user.run(["box", "logs", await user.folder()]);
  assert.equal(never.code, 1);
});

Deno.test("a paused box is shown as paused, refuses calls at once with the command that resumes it, goes on, and can be stopped", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const missing = await user.run(["box", "pause", cwd]);
  assert.equal(missing.code, 1);
  const work = "i=0; while :; do i=$((i+1)); echo $i >~/count; sleep 0.2; done";
  await user.ok(["shell", "--persistent", "--", "sh", "-c", work], { cwd });
  const [name] = (await user.ok(["ps", "-q"])).trim().split("\n") as [string];
  const paused = await user.run(["box", "pause", name]);
  if (rootless && !enforcesLimits(rootless)) {
    assert.equal(paused.code, 1);
    assert.match(
      paused.stderr,
      /podman without root cannot pause a box on this machine, which has cgroup version 1\.\n.*Pausing takes cgroup version 2/,
    );
    // Nothing is left that takes it for paused.
    assert.equal(await user.ok(["shell", "--", "echo", "goes on"], { cwd }), "goes on\n");
    assert.equal(JSON.parse(await user.ok(["ps", "--json"]))[0].paused, false);
    return await user.ok(["stop"], { cwd }).then(() => {});
  }
  assert.equal(paused.code, 0, paused.stderr);
  assert.match(await user.ok(["ps"]), new RegExp(`^NAME +STATUS +AGENT +AGE .*\n${name} +paused +- +\\d+s `));
  const [listed] = JSON.parse(await user.ok(["list", "--json"]));
  assert.deepEqual([listed.status, listed.paused, listed.attached, listed.network], [
    "active",
    true,
    false,
    "none",
  ]);
  assert.match(await user.ok(["box", "info"], { cwd }), /Container: +paused \(/);
  const resume = new RegExp(`${name} is paused.\n.*kanibako box resume ${name}`);
  for (const words of [["shell", "--", "true"], ["shell", "--persistent"], ["box", "logs"]]) {
    const begun = performance.now();
    const refused = await user.run(words, { cwd });
    assert.equal(refused.code, 1, words.join(" "));
    assert.match(refused.stderr, resume, words.join(" "));
    assert.ok(performance.now() - begun < 2500, `${words.join(" ")} took its time`);
  }
  const [use] = JSON.parse(await user.ok(["box", "stats", "--json"]));
  assert.deepEqual([use.paused, use.cpuPercent], [true, 0]);

  await user.ok(["box", "resume"], { cwd });
  const counted = async () => Number(await user.ok(["shell", "--", "sh", "-c", "cat ~/count"], { cwd }));
  const count = await counted();
  await until(async () => await counted() > count, undefined, "it does not go on");
  assert.match(await user.ok(["box", "resume"], { cwd }), /is not paused/);

  // By the engine, of which our records know nothing: it is found out all the same.
  await user.engine("pause", `kanibako-${name}`);
  const found = await user.run(["shell", "--", "true"], { cwd });
  assert.equal(found.code, 1);
  assert.match(found.stderr, resume);
  await user.ok(["box", "resume"], { cwd });
  await user.ok(["box", "pause"], { cwd });
  await user.engine("unpause", `kanibako-${name}`);
  assert.equal(await user.ok(["shell", "--", "echo", "yes"], { cwd }), "yes\n");

  await user.ok(["box", "pause"], { cwd });
  assert.match(await user.ok(["stop"], { cwd }), /^Stopped /);
  assert.deepEqual(await user.containers(), []);
});
