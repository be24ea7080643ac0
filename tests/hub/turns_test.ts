import assert from "node:assert/strict";
import { pause } from "../../lib/host/timer.ts";
import { FairTurns } from "../../lib/hub/turns.ts";

Deno.test("T45: who asks for much waits longer than who asks for little, and a failure is its asker's alone", async () => {
  const turns = new FairTurns();
  const done: string[] = [];
  let atOnce = 0;
  const work = (asker: number, name: string) =>
    turns.take(asker, async () => {
      assert.equal(++atOnce, 1);
      await pause(1);
      atOnce--;
      if (name === "bad") throw new Error("bad");
      done.push(`${asker}${name}`);
    });
  const greedy = Array.from({ length: 10 }, (_, at) => work(1, `.${at}`));
  const bad = assert.rejects(work(2, "bad"), /bad/);
  await work(3, "");
  assert.ok(done.length <= 3, done.join(" "));
  await bad;
  await Promise.all(greedy);
  assert.deepEqual(done.filter((one) => one !== "3"), greedy.map((_, at) => `1.${at}`));
});
