// An engine that was there when a box was started, and is not any more.

import assert from "node:assert/strict";
import { nothingLeft } from "../support/agent_session.ts";
import { engine, until, User } from "../support/program.ts";
import { runScript } from "../support/script.ts";

/** Makes the user's engine a program of another path, which can go and come back. */
async function removable(user: User): Promise<{ goes(): Promise<void>; comesBack(): Promise<void> }> {
  const folder = `${user.home}/engine`;
  const path = `${folder}/${engine}`;
  const real = (await user.call(["sh", "-c", `command -v ${engine}`])).stdout.trim();
  await Deno.mkdir(folder);
  await Deno.writeTextFile(path, `#!/bin/sh\nexec "${real}" "$@"\n`);
  await Deno.chmod(path, 0o755);
  user.env["PATH"] = `${folder}:${user.env["PATH"]}`;
  return {
    goes: () => Deno.rename(path, `${path}.away`),
    comesBack: () => Deno.rename(`${path}.away`, path),
  };
}

const SESSION = ["shell", "--persistent", "--", "sleep", "600"];

Deno.test("a box whose engine is gone while it lives is refused with the reason, and is back with the engine", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const gone = await removable(user);
  // Through its steward a command would be called in all the same: see below.
  await user.configure("box.steward = false");
  await user.ok(SESSION, { cwd });
  await gone.goes();
  for (const words of [SESSION, ["shell", "--", "true"]]) {
    const { code, stderr } = await user.run(words, { cwd });
    assert.notEqual(code, 0);
    assert.match(stderr, new RegExp(`still running with ${engine}, which cannot be found`));
  }
  const said = await runScript(user, cwd, `say(await openBox().then(() => "opened", codeOf));`);
  assert.deepEqual(said, ["running"]);
  assert.equal((await user.containers()).length, 1);
  await gone.comesBack();
  assert.equal(await user.ok(["shell", "--", "echo", "here"], { cwd }), "here\n");
  await user.ok(["stop"], { cwd });
  await nothingLeft(user);
});

Deno.test("a command is called into a box whose engine is gone, through its steward", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const gone = await removable(user);
  await user.ok(SESSION, { cwd });
  await gone.goes();
  const called = () => user.run(["shell", "--", "echo", "here"], { cwd });
  await until(async () => (await called()).code === 0, undefined, "its steward is of no use");
  assert.equal((await called()).stdout, "here\n");
  assert.notEqual((await user.run(SESSION, { cwd })).code, 0);
  await gone.comesBack();
  await user.ok(["stop"], { cwd });
  await nothingLeft(user);
});

Deno.test("a box that is gone with its engine does not keep the next one from starting, which says what happened", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const gone = await removable(user);
  await user.ok(SESSION, { cwd });
  const [box] = await user.containers();
  await gone.goes();
  await user.engine("rm", "--force", box!);
  const { code, stderr } = await user.run(["shell", "--", "echo", "here"], { cwd });
  assert.equal(code, 0, stderr);
  assert.match(stderr, new RegExp(`${engine}`));
  await until(async () => (await user.supervisors()).length === 0, undefined, "a supervisor waits for ever");
  await nothingLeft(user);
});
