// The process behind a running box.

import assert from "node:assert/strict";
import { pause, program, until, User } from "../support/program.ts";

/** A session that runs until its folder holds a file `end` with its exit code. */
const SESSION = [
  "shell",
  "--persistent",
  "--",
  "sh",
  "-c",
  'while [ ! -e end ]; do sleep 0.1; done; exit "$(cat end)"',
];

async function session(): Promise<{ user: User; cwd: string; pid: number } & AsyncDisposable> {
  const user = await User.make();
  const cwd = await user.folder();
  await user.ok(SESSION, { cwd });
  const [pid] = await supervisor(user);
  return { user, cwd, pid, [Symbol.asyncDispose]: () => user[Symbol.asyncDispose]() };
}

async function supervisor(user: User): Promise<[number]> {
  let found: number[] = [];
  await until(async () => (found = await user.supervisors()).length === 1, 5000, "there is no supervisor");
  return [found[0]!];
}

async function ended(user: User, ...codes: number[]): Promise<void> {
  const { code } = await user.exitRecord();
  assert.ok(codes.includes(code), `exit code ${code}`);
  await until(async () => (await user.containers()).length === 0, undefined, "the container is left");
  await until(async () => (await user.supervisors()).length === 0, undefined, "the supervisor is left");
  assert.deepEqual(await user.runRecords(), []);
  assert.match(await user.ok(["list"]), /stopped/);
}

Deno.test("a session that ends on its own is recorded and cleaned up", async () => {
  await using box = await session();
  await Deno.writeTextFile(`${box.cwd}/end`, "5");
  await ended(box.user, 5);
});

Deno.test("a session that ended before it was looked after, and was cleaned up by another call, leaves no supervisor behind", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  // A call right after the end finds the run over, and clears it while its supervisor is only starting.
  for (let round = 0; round < 3; round++) {
    await user.ok(["shell", "--persistent", "--", "true"], { cwd });
    // docker may have said something of its own before.
    assert.match(await user.ok(["shell", "--", "echo", "next"], { cwd }), /^next$/m);
  }
  await until(async () => (await user.supervisors()).length === 0, 5000, "a supervisor is left");
  // And the next session is looked after.
  assert.equal((await user.run(["shell", "--persistent", "--", "sh", "-c", "exit 7"], { cwd })).code, 7);
  await until(async () => (await user.exitRecord()).code === 7, undefined, "the end was not recorded");
  await until(async () => (await user.containers()).length === 0, undefined, "the container is left");
});

Deno.test("a killed supervisor is replaced by the next call that meets the box, and the end is recorded all the same", async () => {
  await using box = await session();
  Deno.kill(box.pid, "SIGKILL");
  await until(async () => (await box.user.supervisors()).length === 0);
  await box.user.ok(["shell", "--", "true"], { cwd: box.cwd });
  const [next] = await supervisor(box.user);
  assert.notEqual(next, box.pid);
  await Deno.writeTextFile(`${box.cwd}/end`, "6");
  await ended(box.user, 6);
});

Deno.test("the end of a session nobody looked after is recorded when the box is started again", async () => {
  await using box = await session();
  Deno.kill(box.pid, "SIGKILL");
  await Deno.writeTextFile(`${box.cwd}/end`, "8");
  await until(async () =>
    (await box.user.engine(
      "ps",
      "--quiet",
      "--filter",
      "label=kanibako.role=box",
      "--filter",
      `name=${box.cwd.split("/").at(-1)}`,
    )).trim() === ""
  );
  assert.match(await box.user.ok(["list"]), /stopped/);
  assert.equal(await box.user.ok(["shell", "--", "echo", "here"], { cwd: box.cwd }), "here\n");
  await ended(box.user, 8);
});

Deno.test("a box that is stopped without a supervisor leaves nothing", async () => {
  await using box = await session();
  Deno.kill(box.pid, "SIGKILL");
  await until(async () => (await box.user.supervisors()).length === 0);
  await box.user.ok(["stop"], { cwd: box.cwd });
  assert.deepEqual(await box.user.containers(), []);
  assert.deepEqual(await box.user.runRecords(), []);
});

Deno.test("a container killed from outside is recorded, removed, and listed as stopped", async () => {
  await using box = await session();
  const [container] = await box.user.containers();
  await box.user.engine("kill", "--signal=KILL", container!);
  await ended(box.user, 137);
});

Deno.test("a container removed from outside is noticed, and the box starts again", async () => {
  await using box = await session();
  const [container] = await box.user.containers();
  await box.user.engine("rm", "--force", container!);
  // podman asks the box to end first, docker does not.
  await ended(box.user, 143, 137);
  assert.equal(await box.user.ok(["shell", "--", "echo", "here"], { cwd: box.cwd }), "here\n");
});

Deno.test("what a reboot leaves does not keep a box from starting", async () => {
  await using box = await session();
  const { user, cwd } = box;
  const [container] = await user.containers();
  // No supervisor, a stopped container and a record that says it runs.
  Deno.kill(box.pid, "SIGKILL");
  await user.engine("kill", "--signal=KILL", container!);
  assert.equal((await user.runRecords()).length, 1);
  assert.match(await user.ok(["list"]), /stopped/);
  await user.ok(SESSION, { cwd });
  assert.equal((await user.containers()).length, 1);
  await Deno.writeTextFile(`${cwd}/end`, "0");
  await until(async () => (await user.supervisors()).length === 0);
  await ended(user, 0);
});

Deno.test("a supervisor needs at most 60 MB and no processor while its box is idle", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const [pid] = await supervisor(user);
  await pause(2000);
  const before = await processorTime(pid);
  await pause(5000);
  assert.equal(await processorTime(pid) - before, 0);
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kilobytes = Number(status.match(/^VmRSS:\s+(\d+) kB$/m)![1]);
  // From the source it holds a compiler besides.
  const most = program.length === 1 ? 60_000 : 120_000;
  assert.ok(kilobytes <= most, `${kilobytes} kB`);
});

/** Ticks of the processor a process has used. */
async function processorTime(pid: number): Promise<number> {
  const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).replace(/^.*\) /, "").split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
