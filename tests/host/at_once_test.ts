import assert from "node:assert/strict";
import { atOnce } from "../../lib/host/at_once.ts";

Deno.test("atOnce() runs no more than so many at a time, gives each its own end, and leaves none out", async () => {
  let [running, most] = [0, 0];
  const begun: number[] = [];
  const ends = atOnce(3, [0, 1, 2, 3, 4, 5, 6], async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item === 0 ? 20 : 2));
    running--;
    if (item === 4) throw new Error("no 4");
    return item * 10;
  });
  assert.equal(ends.length, 7);
  assert.deepEqual(begun, [0, 1, 2]);
  const settled = await Promise.allSettled(ends);
  assert.deepEqual(settled.map((one) => one.status === "fulfilled" ? one.value : String(one.reason)), [
    0,
    10,
    20,
    30,
    "Error: no 4",
    50,
    60,
  ]);
  assert.deepEqual([most, begun.toSorted()], [3, [0, 1, 2, 3, 4, 5, 6]]);
  assert.deepEqual(atOnce(3, [], () => Promise.resolve()), []);
});
