// The command line and scripts at one box: whoever comes second joins or is refused, and does no harm.

import assert from "node:assert/strict";
import { agentSession, exists, nothingLeft } from "../support/agent_session.ts";
import { pause, until, User } from "../support/program.ts";
import { runScript, script } from "../support/script.ts";

/** A script that holds a box until its folder has a file `let-go`. */
const HOLDER = `await using box = await openBox();
await box.run(["touch", "held"]);
while (!await Deno.lstat("let-go").then(() => true, () => false)) await pause(50);
say((await box.run(["echo", "unharmed"])).stdout);`;

/** A script that tries to open the box, and says what came of it. */
const TRIES = `say(await openBox().then(async (box) => { await box.close(); return "opened"; }, codeOf));`;

Deno.test("a script beside a live session is refused, and the session, its login and its exit code are not lost", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const session = await agentSession(user, cwd);
  await user.ok(session.words, { cwd });
  await session.up();
  assert.deepEqual(await runScript(user, cwd, TRIES + TRIES), ["running", "running"]);
  assert.equal((await user.containers()).length, 1);
  assert.equal((await user.supervisors()).length, 1);
  await session.endsWell();
  assert.deepEqual(await runScript(user, cwd, TRIES), ["opened"]);
  await nothingLeft(user);
});

Deno.test("a script after a shell, and after a killed one, opens the box at once", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--", "true"], { cwd });
  const began = Date.now();
  assert.deepEqual(await runScript(user, cwd, TRIES), ["opened"]);
  assert.ok(Date.now() - began < 20_000);
  const killed = user.start(["shell", "--", "sh", "-c", "touch up; exec cat"], { cwd, input: "" });
  await killed.ended;
  const shell = user.start(["shell", "--", "sh", "-c", "touch up2; exec sleep 600"], { cwd });
  await until(() => exists(`${cwd}/up2`));
  shell.kill("SIGKILL");
  // The engine's client has outlived it, and so has the box.
  assert.deepEqual(await runScript(user, cwd, TRIES), ["running"]);
  await user.ok(["stop"], { cwd });
  await shell.ended;
  assert.deepEqual(await runScript(user, cwd, TRIES), ["opened"]);
  await nothingLeft(user);
});

Deno.test("of two scripts at one project the second is refused at once and the first unharmed, as by start and shell", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const first = user.spawn(await script(user, HOLDER), { cwd });
  await until(() => exists(`${cwd}/held`));
  const began = Date.now();
  assert.deepEqual(await runScript(user, cwd, TRIES), ["running"]);
  const start = await user.run(["shell", "--persistent", "--", "true"], { cwd });
  assert.notEqual(start.code, 0);
  assert.match(start.stderr, /is running in the foreground of another terminal/);
  assert.equal(await user.ok(["shell", "--", "echo", "beside"], { cwd }), "beside\n");
  assert.ok(Date.now() - began < 30_000);
  await Deno.writeTextFile(`${cwd}/let-go`, "");
  const { code, stdout, stderr } = await first.ended;
  assert.deepEqual([code, stdout], [0, '"unharmed\\n"\n'], stderr);
  await user.ok(["shell", "--persistent", "--", "true"], { cwd });
  await nothingLeft(user);
});

Deno.test("a script that closes its box does not wait for ever for those who have joined it", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const holder = user.spawn(await script(user, HOLDER), { cwd });
  await until(() => exists(`${cwd}/held`));
  const guest = user.start(["shell", "--", "sh", "-c", "touch guest; exec sleep 600"], { cwd });
  await until(() => exists(`${cwd}/guest`));
  await Deno.writeTextFile(`${cwd}/let-go`, "");
  const ended = await Promise.race([holder.ended, pause(40_000)]);
  assert.ok(ended, "the script still waits");
  assert.equal(ended.code, 0, ended.stderr);
  assert.notEqual((await guest.ended).code, 0);
  await nothingLeft(user);
});

Deno.test("a killed script is over: the next one opens the box at once", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const holder = user.spawn(await script(user, HOLDER), { cwd });
  await until(() => exists(`${cwd}/held`));
  holder.kill("SIGKILL");
  assert.deepEqual(await runScript(user, cwd, TRIES), ["opened"]);
  await holder.ended;
  await nothingLeft(user);
});

Deno.test("twenty-five starts against twenty-five scripts end in time, with one session at most and nothing else left", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const began = Date.now();
  const scripts = runScript(user, cwd, `for (let n = 0; n < 25; n++) {${TRIES}}`);
  const codes: number[] = [];
  for (let n = 0; n < 25; n++) {
    const { code, stderr } = await user.run(["shell", "--persistent", "--", "true"], { cwd });
    codes.push(code);
    if (code !== 0) assert.match(stderr, /is running in the foreground|in use/);
  }
  const outcomes = await scripts;
  assert.equal(outcomes.length, 25);
  for (const outcome of outcomes) assert.match(String(outcome), /^(opened|running)$/);
  assert.ok(outcomes.includes("opened") && codes.includes(0), JSON.stringify([outcomes, codes]));
  assert.ok(Date.now() - began < 400_000, `${Date.now() - began} ms`);
  await nothingLeft(user);
});

Deno.test("a start without a rig takes back what it has made, whoever asked, and the next one starts", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["create"], { cwd });
  for (const lifetime of ["--ephemeral", "--persistent"]) {
    const { code, stderr } = await user.run(["shell", lifetime, "--image", "no-such-rig", "--", "true"], {
      cwd,
    });
    assert.notEqual(code, 0);
    assert.match(stderr, /no-such-rig/);
    await nothingLeft(user);
  }
  const said = await runScript(
    user,
    cwd,
    `say(await openBox({ image: "no-such-rig" }).then(() => "opened", (error) => error instanceof KanibakoError));
say(await openBox({ image: "oci" }).then(async (box) => { await box.close(); return "opened"; }, codeOf));`,
  );
  assert.deepEqual(said, [true, "opened"]);
  await nothingLeft(user);
});

Deno.test("a script hears of each thing once, and a listener that throws harms nothing", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await runScript(
    user,
    cwd,
    `const kinds: string[] = [];
const listening = await Kanibako.open({ events: ({ kind }) => kinds.push(kind) });
{ await using box = await listening.box(); await box.run(["true"]); await box.close(); }
say(kinds);
const throwing = await Kanibako.open({ events: () => { throw new Error("a bad listener"); } });
{ await using box = await throwing.box(); say((await box.run(["echo", "well"])).stdout); }`,
  );
  assert.deepEqual(said, [["launched", "called", "delivered", "ended"], "well\n"]);
  await nothingLeft(user);
});
