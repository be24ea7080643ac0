// Whatever is killed, and whenever: the next call works, nobody waits for ever, and nothing is left of what is over.

import assert from "node:assert/strict";
import { agentSession, exists, nothingLeft } from "../support/agent_session.ts";
import { engine, PATIENCE_MS, pause, until, User } from "../support/program.ts";
import { runScript, script } from "../support/script.ts";

const MOMENTS = 10;

for (const lifetime of ["persistent", "ephemeral"] as const) {
  Deno.test(`a ${lifetime} start killed at ten moments keeps no later one from working`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    const words = ["shell", `--${lifetime}`, "--", "sh", "-c", "echo x >>up; exec sleep 600"];
    const up = () => exists(`${cwd}/up`);
    // How long a start takes here.
    const began = Date.now();
    const first = user.start(words, { cwd });
    await until(up);
    const tookMs = Date.now() - began;
    await user.ok(["stop"], { cwd });
    await first.ended;
    for (let moment = 0; moment < MOMENTS; moment++) {
      const what = `killed after ${moment + 0.5} tenths of ${tookMs} ms`;
      await Deno.remove(`${cwd}/up`).catch(() => {});
      const killed = user.start(words, { cwd });
      await pause((moment + 0.5) * tookMs / MOMENTS);
      kill(killed.pid);
      // At once, while the engine's client may still be at work.
      const start = () => user.run(["shell", "--persistent", "--", "sh", "-c", words.at(-1)!], { cwd });
      const started = await start();
      if (started.code !== 0) {
        // The engine's client has outlived the call, and the box with it; or the session is there, and has words of its own.
        const expected = lifetime === "ephemeral"
          ? /was killed, and the box runs on/
          : /is already running, and the arguments after -- need a new box/;
        assert.match(started.stderr, expected, what);
        // A box whose call was killed before it had begun is about to end: the next start is that of a new one.
        const over = async () => (await user.containers()).length === 0;
        await until(async () => await up() || await over(), PATIENCE_MS, `${what}: the command does not run`);
        if (!await up()) assert.deepEqual([(await start()).code], [0], what);
      }
      assert.deepEqual((await user.containers()).length, 1, what);
      await until(up, PATIENCE_MS, `${what}: the command does not run`);
      const beside = await user.run(["shell", "--", "echo", "beside"], { cwd });
      assert.deepEqual([beside.code, beside.stdout], [0, "beside\n"], `${what}: ${beside.stderr}`);
      assert.equal(await Deno.readTextFile(`${cwd}/up`), "x\n", what);
      await user.ok(["stop"], { cwd });
      await killed.ended;
      assert.deepEqual(await user.containers(), [], what);
    }
    assert.equal(await user.ok(["shell", "--", "echo", "well"], { cwd }), "well\n");
    await nothingLeft(user);
  });
}

/** Kills a process, if it has not ended. */
function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** An engine whose client is killed once, so many milliseconds into the next `run`, or which begins that so much later. */
async function fragile(
  user: User,
): Promise<{ killAfter(ms: number): Promise<void>; waitBefore(ms: number): Promise<void> }> {
  const folder = `${user.home}/fragile`;
  const real = (await user.call(["sh", "-c", `command -v ${engine}`])).stdout.trim();
  await Deno.mkdir(folder);
  await Deno.writeTextFile(
    `${folder}/${engine}`,
    `#!/bin/sh
case " $* " in *" --name="*) ;; *) exec "${real}" "$@" ;; esac
[ ! -e ${folder}/before ] || { seconds=$(cat ${folder}/before); rm ${folder}/before; sleep "$seconds"; }
[ -e ${folder}/after ] || exec "${real}" "$@"
seconds=$(cat ${folder}/after)
rm ${folder}/after
exec 3<&0
"${real}" "$@" <&3 3<&- &
pid=$!
(sleep "$seconds"; kill -9 $pid) >/dev/null 2>&1 3<&- &
wait $pid 2>/dev/null
code=$?
exit $code
`,
  );
  await Deno.chmod(`${folder}/${engine}`, 0o755);
  user.env["KANIBAKO_DOCKER_CMD"] = `${folder}/${engine}`;
  // What this host needs is learned for each path of an engine.
  await user.ok(["shell", "--", "true"], { cwd: await user.folder() });
  return {
    killAfter: (ms) => Deno.writeTextFile(`${folder}/after`, `${ms / 1000}`),
    waitBefore: (ms) => Deno.writeTextFile(`${folder}/before`, `${ms / 1000}`),
  };
}

Deno.test("an engine's client killed while it starts a session costs at most that start", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const { killAfter } = await fragile(user);
  const words = ["shell", "--persistent", "--", "sh", "-c", "echo x >>up; exec sleep 600"];
  for (const ms of [20, 100, 200, 300, 400, 600]) {
    await Deno.remove(`${cwd}/up`).catch(() => {});
    await killAfter(ms);
    const first = await user.run(words, { cwd });
    const again = await user.run(words, { cwd });
    // Where the first has come up all the same, the second has words that its session cannot use.
    if (again.code !== 0) {
      assert.match(again.stderr, /and the arguments after -- need a new box/, `${ms} ms: ${first.stderr}`);
    }
    await until(() => exists(`${cwd}/up`), undefined, `${ms} ms: the command does not run`);
    // The engine may not know of a box that began in the moment its client was killed: that one is replaced.
    assert.match(await Deno.readTextFile(`${cwd}/up`), /^(x\n){1,2}$/, `${ms} ms`);
    assert.equal(await user.ok(["shell", "--", "echo", "beside"], { cwd }), "beside\n");
    assert.equal((await user.containers()).length, 1);
    await user.ok(["stop"], { cwd });
    await nothingLeft(user);
  }
});

Deno.test("an engine's client killed while it starts a foreground box or that of a script costs at most that start", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const { killAfter } = await fragile(user);
  for (const ms of [50, 200, 350]) {
    await killAfter(ms);
    const first = await user.run(["shell", "--", "sh", "-c", "exec sleep 2"], { cwd });
    const again = await user.run(["shell", "--", "echo", "again"], { cwd });
    assert.deepEqual(
      [again.code, again.stdout],
      [0, "again\n"],
      `${ms} ms: ${first.stderr}\n${again.stderr}`,
    );
    await until(async () => (await user.containers()).length === 0);
    await killAfter(ms);
    const said = await runScript(
      user,
      cwd,
      `const once = await openBox().catch(codeOf);
if (typeof once !== "string") { await once.run(["true"]).catch(codeOf); await once.close(); }
await using box = await openBox();
say((await box.run(["echo", "again"])).stdout);`,
    );
    assert.deepEqual(said, ["again\n"], `${ms} ms`);
    await nothingLeft(user);
  }
});

Deno.test("a session whose first process is killed is over; one whose engine's monitor is goes on, and can be stopped", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = ["shell", "--persistent", "--", "sh", "-c", "echo x >>up; exec sleep 600"];
  const fields = engine === "podman" ? ["Pid", "ConmonPid"] : ["Pid"];
  for (const field of fields) {
    await user.ok(words, { cwd });
    const [box] = await user.containers();
    const pid = Number(await user.engine("inspect", "--format", `{{.State.${field}}}`, box!));
    assert.ok(pid > 1);
    Deno.kill(pid, "SIGKILL");
    const again = await user.run(words, { cwd });
    assert.equal(again.code, field === "Pid" ? 0 : 1, `${field}: ${again.stderr}`);
    if (field !== "Pid") {
      assert.match(again.stderr, /is already running, and the arguments after -- need a new box/);
    }
    assert.equal(await user.ok(["shell", "--", "echo", "beside"], { cwd }), "beside\n", field);
    await user.ok(["stop"], { cwd });
    await nothingLeft(user);
    assert.equal(await user.ok(["shell", "--", "echo", "next"], { cwd }), "next\n", field);
    await nothingLeft(user);
  }
});

Deno.test("a foreground box whose first process is killed ends its call, and a script's box says that it has ended", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const kill = async () => {
    const [box] = await user.containers();
    Deno.kill(Number(await user.engine("inspect", "--format", "{{.State.Pid}}", box!)), "SIGKILL");
  };
  const call = user.start(["shell", "--", "sh", "-c", "touch up; exec sleep 600"], { cwd });
  await until(() => exists(`${cwd}/up`));
  await kill();
  assert.equal((await call.ended).code, 137);
  await nothingLeft(user);
  const held = user.spawn(
    await script(
      user,
      `const box = await openBox();
await box.run(["touch", "held"]);
await box.ended;
say(await box.run(["true"]).then(() => "ran", codeOf));
await box.close();
await using again = await openBox();
say((await again.run(["echo", "again"])).stdout);`,
    ),
    { cwd },
  );
  await until(() => exists(`${cwd}/held`));
  await kill();
  const { code, stdout, stderr } = await held.ended;
  assert.deepEqual([code, stdout], [0, '"not-running"\n"again\\n"\n'], stderr);
  await nothingLeft(user);
});

Deno.test("a session outlives the killed call that started it and its killed supervisor, with its login and its exit code", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const session = await agentSession(user, cwd);
  const start = user.start(session.words, { cwd });
  await session.up();
  kill(start.pid);
  await start.ended;
  for (const pid of await user.supervisors()) Deno.kill(pid, "SIGKILL");
  await until(async () => (await user.supervisors()).length === 0);
  await session.endsWell();
});

Deno.test("a box whose call was killed before it began does not wait for it", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const { waitBefore } = await fragile(user);
  await waitBefore(1500);
  const call = user.start(["shell", "--", "sh", "-c", "touch up; exec sleep 600"], { cwd });
  const records = async () => (await user.runRecords().catch(() => [])).length;
  await until(async () => await records() === 1, undefined, "the start was not recorded");
  await pause(500);
  kill(call.pid);
  await until(async () => (await user.containers()).length === 1, undefined, "the engine did not go on");
  await until(
    async () => (await user.containers()).length === 0,
    undefined,
    "the box waits for its dead host",
  );
  await call.ended;
  assert.ok(!await exists(`${cwd}/up`));
  assert.equal(await user.ok(["shell", "--", "echo", "again"], { cwd }), "again\n");
  await nothingLeft(user);
});
