// Boxes that stop when they have been idle, or have run for as long as they may.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";

Deno.test("a box is stopped when its time is up or its session is idle, is warned of before, and says why it ended", async () => {
  await using user = await User.make();
  const [busy, idle] = [await user.folder(), await user.folder()];
  // In the foreground: the warning, the end and its code.
  const ended = await user.run(["shell", "--max-duration", "3s", "--", "sleep", "60"], { cwd: idle });
  assert.equal(ended.code, 143, ended.stderr);
  assert.match(ended.stderr, /This box stops in \d s, as its time is up then \(box\.max_duration\)\./);
  assert.match(ended.stderr, /p2-\S+ was stopped, as its time was up \(box\.max_duration\)\./);
  const bad = await user.run(["shell", "--max-duration", "30", "--", "true"], { cwd: idle });
  assert.deepEqual([bad.code, /such as 90s, 30m, 8h/.test(bad.stderr)], [2, true], bad.stderr);

  await user.configure('box.network = "none"', 'box.idle_timeout = "8s"');
  assert.match(await user.ok(["shell", "--persistent", "--plan"], { cwd: idle }), /stopped when idle for 8s/);
  await user.ok(["shell", "--persistent", "--", "sh", "-c", "while sleep 1; do date; done"], { cwd: busy });
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd: idle });
  const line = () =>
    user.run(["shell", "--", "sh", "-c", "TMUX_TMPDIR=$TMUX_TMPDIR tmux show -v -t =kanibako: status-left"], {
      cwd: idle,
    });
  await until(async () => (await line()).stdout.includes("Idle: this box stops in"), undefined, "no warning");
  const info = async (cwd: string) => JSON.parse(await user.ok(["box", "info", "--json"], { cwd }));
  await until(async () => (await info(idle)).lastEnd !== null, undefined, "it goes on");
  assert.equal((await info(idle)).lastEnd.stopped, "idle");
  assert.match(await user.ok(["box", "info"], { cwd: idle }), /Last end: +stopped, as its session was idle/);
  // What shows something is at work.
  assert.equal((await info(busy)).container.running, true);
  await user.ok(["stop"], { cwd: busy });
  assert.equal((await info(busy)).lastEnd.stopped, "asked");
});
