// Commands called into a box that runs: through its steward, and by the engine where that cannot be.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";

/** A command's parent is the steward; one that the engine calls in has none in the box. */
const PARENT = ["--", "sh", "-c", "echo $PPID"];

async function parent(user: User, cwd: string): Promise<number> {
  return Number(await user.ok(["shell", ...PARENT], { cwd }));
}

Deno.test("calls go through the steward as they go through the engine, and come back when it or the supervisor was killed", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await Deno.mkdir(`${cwd}/src/deep`, { recursive: true });
  await user.ok(["create"], { cwd });
  await user.ok(["shell", "--persistent", "--", "sh", "-c", "pwd >where; exec sleep 600"], {
    cwd: `${cwd}/src`,
  });
  assert.equal(await Deno.readTextFile(`${cwd}/src/where`), "/home/agent/workspace/src\n");
  const variables = async () =>
    (await user.ok(["shell", "--env", "ONE=a b", "--", "env"], { cwd })).split("\n")
      // Engines and shells count differently how deep they are.
      .filter((line) => !/^(_|SHLVL|OLDPWD|PWD|KANIBAKO_CALL)=/.test(line)).sort();

  const first = await parent(user, cwd);
  assert.ok(first > 0, "the engine was asked");
  const seen = await variables();
  assert.ok(seen.includes("ONE=a b"));
  assert.equal(
    await user.ok(["shell", "--", "pwd"], { cwd: `${cwd}/src/deep` }),
    "/home/agent/workspace/src/deep\n",
  );
  assert.equal((await user.run(["shell", "--", "sh", "-c", "exit 125"], { cwd })).code, 125);
  // No secret is in an argument list of this machine or of the box.
  const secret = `s${crypto.randomUUID()}`;
  const words = await user.ok(
    ["shell", "--env", `ONE=${secret}`, "--", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"],
    { cwd },
  );
  assert.doesNotMatch(words, new RegExp(secret));

  // A steward that is killed takes its calls along, which is said; the next ones are made all the same, and it comes back.
  const killed = await user.run(["shell", "--", "sh", "-c", "kill -9 $PPID; sleep 20"], { cwd });
  assert.equal(killed.code, 1);
  assert.match(killed.stderr, /connection to the command was lost; the box is still running/);
  assert.equal(await user.ok(["shell", "--", "echo", "here"], { cwd }), "here\n");
  await until(async () => await parent(user, cwd) > 0, undefined, "the steward did not come back");
  assert.notEqual(await parent(user, cwd), first);

  // So does what the supervisor passed on.
  const running = user.start(["shell", "--", "sh", "-c", "touch begun; sleep 20"], { cwd });
  await until(() => Deno.stat(`${cwd}/begun`).then(() => true, () => false), undefined, "it did not begin");
  Deno.kill((await user.supervisors())[0]!, "SIGKILL");
  const lost = await running.ended;
  assert.equal(lost.code, 1);
  assert.match(lost.stderr, /connection to the command was lost; the box is still running/);
  // Nobody passes it on: the engine is asked, and somebody passes on again.
  assert.equal(await parent(user, cwd), 0);
  const engines = await variables();
  await until(async () => await parent(user, cwd) > 0, undefined, "the supervisor was not replaced");
  assert.deepEqual(seen, engines);

  await user.ok(["stop"], { cwd });
  await user.ok(["box", "config", "box.steward=false"], { cwd });
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  assert.equal(await parent(user, cwd), 0);
});
