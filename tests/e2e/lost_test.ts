// Boxes of which their engine says what is not so.

import assert from "node:assert/strict";
import { engine, until, User } from "../support/program.ts";

/** An engine that has forgotten its containers while `forgets` is there: all it does is real. */
async function forgetful(user: User): Promise<{ env: Record<string, string>; forgets: string }> {
  const folder = `${user.home}/forgetful`;
  const forgets = `${folder}/forgets`;
  await Deno.mkdir(folder);
  const real = (await user.call(["sh", "-c", `command -v ${engine}`])).stdout.trim();
  await Deno.writeTextFile(
    `${folder}/${engine}`,
    `#!/bin/sh
if [ -e "${forgets}" ]; then
  case " $* " in
    *" ps "*) exit 0 ;;
    *" inspect "* | *" stop "* | *" rm "* | *" exec "*) echo "Error: no such container" >&2; exit 1 ;;
  esac
fi
exec "${real}" "$@"
`,
    { mode: 0o755 },
  );
  return { env: { PATH: `${folder}:${user.env["PATH"]}` }, forgets };
}

Deno.test("C01: a box that its engine has forgotten is known, is not joined by a second one, and can be stopped", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const { env, forgets } = await forgetful(user);
  const here = { cwd, env };
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], here);
  await Deno.writeTextFile(forgets, "");
  try {
    const listed = await user.run(["list"], here);
    assert.match(listed.stdout, /\bactive\b/);
    assert.match(listed.stderr, /has forgotten the box .* still running\. To stop it: kanibako stop/);
    const second = await user.run(["shell", "--persistent", "--", "sleep", "601"], here);
    assert.deepEqual([second.code, /already running/.test(second.stderr)], [1, true], second.stderr);
    const purged = await user.run(["rm", cwd, "--purge"], { ...here, input: "yes\n" });
    assert.deepEqual([purged.code, /is running/.test(purged.stderr)], [1, true], purged.stderr);
    assert.equal(await user.ok(["shell", "--", "echo", "here"], here), "here\n");
    assert.match(await user.ok(["stop"], here), /^Stopped /);
    assert.doesNotMatch((await user.run(["list"], here)).stdout, /active/);
  } finally {
    await Deno.remove(forgets);
  }
  // Nothing of it is left, and a new one can be started.
  await until(async () =>
    !/Up /.test(await user.engine("ps", "--format={{.Status}} {{.Names}}", `--filter=volume=${cwd}`))
  );
  assert.equal(await user.ok(["shell", "--", "echo", "again"], here), "again\n");
});

Deno.test({
  name: `C31: a box whose monitor was killed while it was stopped is ended by the next start${
    engine === "podman" ? "" : " (not run: docker watches its containers from one daemon)"
  }`,
  ignore: engine !== "podman",
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
    const [name] = await user.containers();
    const pids = await user.engine("inspect", "--format={{.State.Pid}} {{.State.ConmonPid}}", name!);
    const [pid, monitor] = pids.trim().split(" ").map(Number);
    Deno.kill(pid!, "SIGSTOP");
    const stopping = user.spawn([engine, "stop", "--time=100", name!]);
    const state = async () =>
      (await user.engine("ps", "--all", "--format={{.Status}}", `--filter=name=${name}`)).trim();
    await until(async () => await state() === "Stopping");
    Deno.kill(monitor!, "SIGKILL");
    stopping.kill("SIGKILL");
    await stopping.ended;
    const listed = await user.run(["list"], { cwd });
    assert.match(listed.stdout, /\bbroken\b/);
    assert.match(listed.stderr, /its monitor was killed.* kanibako stop/);
    const started = await user.run(["shell", "--persistent", "--", "sh", "-c", "echo new > new; sleep 600"], {
      cwd,
    });
    assert.deepEqual([started.code, /monitor was killed/.test(started.stderr)], [0, true], started.stderr);
    await until(() => Deno.stat(`${cwd}/new`).then(() => true, () => false));
    assert.match(await user.ok(["list"], { cwd }), /\bactive\b/);
  },
});
