// What a user sees of boxes that run: what they use, and what their sessions show.

import assert from "node:assert/strict";
import { rootless, until, User } from "../support/program.ts";
import { enforcesLimits } from "../../lib/runtime/cli/podman.ts";

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

  await user.ok(["stop"], { cwd });
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
