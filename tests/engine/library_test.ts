// The library with a real engine, as a script uses it: each test's script is a process of its own.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { runScript as run, script } from "../support/script.ts";

Deno.test("a box runs commands with exact results and is gone when it is closed", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await run(
    user,
    cwd,
    `{
  await using box = await openBox({ env: { OF_BOX: "b c" } });
  say(box.project.path);
  for (const code of [0, 1, 7, 125, 126, 127, 255]) say((await box.run(["sh", "-c", "exit " + code])).code);
  say(await box.run(["printf", "%s|", "a b", "", "'", "$HOME", "-v"]));
  say((await box.run(["cat"], { input: "to the command" })).stdout);
  say((await box.run(["cat"])).stdout);
  say((await box.run(["sh", "-c", 'echo "$OF_BOX" "$OF_RUN"; echo err >&2'], { env: { OF_RUN: "r" } })));
  say((await box.run(["pwd"])).stdout);
  say(await box.run(["sh", "-c", "echo 'Error: no such container' >&2; exit 1"]));
}`,
  );
  assert.deepEqual(said, [
    cwd,
    ...[0, 1, 7, 125, 126, 127, 255],
    { code: 0, stdout: "a b||'|$HOME|-v|", stderr: "" },
    "to the command",
    "",
    { code: 0, stdout: "b c r\n", stderr: "err\n" },
    "/home/agent/workspace\n",
    { code: 1, stdout: "", stderr: "Error: no such container\n" },
  ]);
  assert.deepEqual(await user.containers(), []);
  assert.deepEqual(await user.runRecords(), []);
});

Deno.test("output comes while the command runs, and a signal ends it", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await run(
    user,
    cwd,
    `await using box = await openBox();
const seen: string[] = [];
const result = await box.run(["sh", "-c", "echo one; echo two >&2; while [ ! -e go ]; do sleep 0.05; done; echo three"], {
  onOutput: (text, stream) => {
    seen.push(stream + " " + text.trim());
    if (seen.length === 2) Deno.writeTextFileSync("go", "");
  },
});
say(seen.sort());
say(result.stdout);
const controller = new AbortController();
setTimeout(() => controller.abort(), 300);
const began = Date.now();
const ended = await box.run(["sleep", "60"], { signal: controller.signal });
say([ended.code !== 0, Date.now() - began < 20_000]);`,
  );
  assert.deepEqual(said, [["stderr two", "stdout one", "stdout three"], "one\nthree\n", [true, true]]);
});

Deno.test("a closed box, and one that is in use, are errors that can be distinguished", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await run(
    user,
    cwd,
    `const box = await openBox();
const code = (error: unknown) => error instanceof KanibakoError ? error.code : String(error);
say(await openBox().then(() => "opened", code));
await box.close();
await box.close();
say(await box.run(["true"]).then(() => "ran", code));
const again = await openBox();
say((await again.run(["echo", "again"])).stdout);
await again.close();
say(await findProject("no-such-project").then(() => "found", code));
say((await findProject()).exists);`,
  );
  assert.deepEqual(said, ["running", "closed", "again\n", "unknown-project", true]);
});

Deno.test("a plan names its sources and creates nothing", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await run(
    user,
    cwd,
    `const plan = await planOf({ memory: "1g", env: { A: "1" } });
say([plan.network.kind, plan.limits.memoryBytes, plan.mounts.find((mount) => mount.destination === "/home/agent/workspace")?.from.what]);
say((await findProject()).exists);`,
  );
  assert.deepEqual(said, [["none", 2 ** 30, "project"], false]);
});

Deno.test("a script that is killed leaves no box", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = await script(
    user,
    `const box = await openBox();
await box.run(["touch", "open"]);
await box.run(["sleep", "600"]);`,
  );
  const call = user.spawn(words, { cwd });
  await until(() => Deno.stat(`${cwd}/open`).then(() => true, () => false));
  assert.equal((await user.containers()).length, 1);
  call.kill("SIGKILL");
  await until(async () => (await user.containers()).length === 0, undefined, "the box outlived its script");
  await call.ended;
  assert.deepEqual(
    await run(user, cwd, `await using box = await openBox(); say((await box.run(["true"])).code);`),
    [0],
  );
});

Deno.test("a script that throws leaves no box", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const outcome = await user.call(
    await script(
      user,
      `await using box = await openBox(); await box.run(["true"]); throw new Error("on purpose");`,
    ),
    { cwd },
  );
  assert.equal(outcome.code, 1);
  assert.match(outcome.stderr, /on purpose/);
  assert.deepEqual(await user.containers(), []);
  assert.deepEqual(await user.runRecords(), []);
});

Deno.test("the program joins a box that a script holds", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = await script(
    user,
    `await using box = await openBox();
await box.run(["sh", "-c", "touch open; while [ ! -e joined ]; do sleep 0.05; done"]);`,
  );
  const call = user.spawn(words, { cwd });
  await until(() => Deno.stat(`${cwd}/open`).then(() => true, () => false));
  assert.equal(await user.ok(["shell", "--", "sh", "-c", "touch joined; echo here"], { cwd }), "here\n");
  assert.equal((await call.ended).code, 0);
});
