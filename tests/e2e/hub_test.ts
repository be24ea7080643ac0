// The hub of a box and what becomes of its helpers: when whoever hosts it is killed, when the box is stopped, and afterwards.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";

Deno.test("T43 T48 helpers outlive a killed supervisor, end with their director, and are known afterwards", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["create"], { cwd });
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const inBox = (text: string) => user.ok(["shell", "--", "sh", "-c", text], { cwd });
  const helper = (...words: string[]) => user.ok(["crab", "helper", ...words], { cwd });
  const statuses = async () =>
    (JSON.parse(await helper("list", "--json")) as { number: number; status: string }[])
      .map(({ number, status }) => `${number} ${status}`);
  const spawn = "kanibako crab helper spawn --crab no_agent --network none";
  await inBox(`${spawn} --name one && ${spawn} --keep -q`);
  assert.deepEqual(await statuses(), ["1 running", "2 running"]);

  // The user asks as the box does, and each box is who its socket says.
  await helper("send", "one", "hello");
  assert.match(await inBox("kanibako crab helper log"), /\[0 → 1\] {2}hello/);
  const asHelper = await user.run(["crab", "helper", "spawn", "--depth", "9"], { cwd });
  assert.equal(asHelper.code, 1);
  assert.match(asHelper.stderr, /more than its parent: depth 9 \(of 4\)/);

  // Whoever hosts the hub is killed: the next one has the same helpers.
  const before = await user.supervisors();
  for (const pid of before) Deno.kill(pid, "SIGKILL");
  await until(
    async () => (await user.run(["crab", "helper", "send", "one", "again"], { cwd })).code === 0,
    undefined,
    "the hub did not come back",
  );
  assert.deepEqual(await statuses(), ["1 running", "2 running"]);

  // The box is stopped: helpers end with it before that is said, but for one that is to stay.
  assert.match(await user.ok(["stop"], { cwd }), /^Stopped \S+ and 1 helper\.\n$/);
  assert.deepEqual(await statuses(), ["1 stopped", "2 running"]);
  assert.match(await helper("log"), /\[0 → 1\] {2}again/);
  const refused = await user.run(["crab", "helper", "send", "2", "x"], { cwd });
  assert.match(refused.stderr, /The box of \S+ does not run/);
  await helper("cleanup", "1");
  await helper("stop", "2");
  assert.deepEqual(await statuses(), ["2 stopped"]);
  await helper("cleanup", "2");
  assert.deepEqual(await user.containers(), []);
});
