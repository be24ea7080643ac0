// A foreground box that is asked to end, and what is left of one that could not see to its end.

import assert from "node:assert/strict";
import { type Running, until, User } from "../support/program.ts";

// Says which signal it got. The files are how the test follows what happens inside.
const LISTENER = `
  for s in HUP INT TERM; do trap "echo $s; echo $s >got; exit 42" $s; done
  touch up; while :; do sleep 0.05; done`;

async function foreground(user: User, cwd: string): Promise<Running> {
  await Deno.remove(`${cwd}/up`).catch(() => {});
  const call = user.start(["shell", "--", "sh", "-c", LISTENER], { cwd });
  await until(() => exists(`${cwd}/up`), undefined, "the command did not start");
  return call;
}

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
  Deno.test(`${signal} reaches the command of a foreground box, and nothing is left`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    const call = await foreground(user, cwd);
    call.kill(signal);
    const { code, stdout } = await call.ended;
    assert.equal(await Deno.readTextFile(`${cwd}/got`), `${signal.slice(3)}\n`);
    assert.equal(stdout, `${signal.slice(3)}\n`);
    assert.equal(code, 42);
    await nothingLeft(user);
  });
}

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
  Deno.test(`${signal} reaches a command in a running box, and it alone`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
    const other = user.start([
      "shell",
      "--",
      "sh",
      "-c",
      "touch other; while [ ! -e end ]; do sleep 0.05; done; exit 5",
    ], {
      cwd,
    });
    await until(() => exists(`${cwd}/other`));
    const call = await foreground(user, cwd);
    call.kill(signal);
    assert.equal((await call.ended).code, 42);
    assert.equal(await Deno.readTextFile(`${cwd}/got`), `${signal.slice(3)}\n`);
    await Deno.writeTextFile(`${cwd}/end`, "");
    assert.equal((await other.ended).code, 5);
    assert.equal((await user.containers()).length, 1);
  });
}

Deno.test("SIGTERM ends a foreground box whose command does not heed it in the end", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const call = user.start(["shell", "--", "sh", "-c", "touch up; exec sleep 600"], { cwd });
  await until(() => exists(`${cwd}/up`));
  call.kill("SIGTERM");
  const { code } = await call.ended;
  assert.ok(code === 143 || code === 137, `exit code ${code}`);
  await nothingLeft(user);
});

Deno.test("n5: after a foreground kanibako was killed the next call copes, and says that the box runs on", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const call = await foreground(user, cwd);
  call.kill("SIGKILL");
  // The engine's process has outlived it, so the box runs on: it is joined, and can be ended.
  const joined = await user.run(["shell", "--", "cat", "up"], { cwd });
  assert.deepEqual([joined.code, joined.stdout], [0, ""]);
  assert.match(joined.stderr, /was killed, and the box runs on\. Stop it: kanibako stop/);
  const started = await user.run(["shell", "--persistent", "--", "true"], { cwd });
  assert.notEqual(started.code, 0);
  assert.match(started.stderr, /was killed, and the box runs on/);
  assert.equal((await user.containers()).length, 1);
  await user.ok(["stop"], { cwd });
  await call.ended;
  assert.equal(await user.ok(["shell", "--", "echo", "again"], { cwd }), "again\n");
  await nothingLeft(user);
});

Deno.test("stop ends a foreground box from elsewhere", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const call = await foreground(user, cwd);
  assert.match(await user.ok(["list"]), /active/);
  assert.equal(
    await user.ok(["shell", "--", "cat", "/etc/hostname"], { cwd }).then((name) => name !== ""),
    true,
  );
  const start = await user.run(["shell", "--persistent", "--", "true"], { cwd });
  assert.match(start.stderr, /is running in the foreground of another terminal/);
  await user.ok(["stop"], { cwd });
  const { code, stderr } = await call.ended;
  assert.equal(code, 42);
  assert.doesNotMatch(stderr, /conversation/);
  await nothingLeft(user);
});

async function nothingLeft(user: User): Promise<void> {
  await until(async () => (await user.containers()).length === 0, 5000, "a container is left");
  assert.deepEqual(await user.runRecords(), []);
  assert.deepEqual(await user.supervisors(), []);
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
