import assert from "node:assert/strict";
import { Deadline, type TimeLimits } from "../../../lib/run/time/deadline.ts";

const MIN = 60_000;
const HOUR = 60 * MIN;

/** Asks at one moment after another; each is [now, last active]. */
function follow(limits: TimeLimits, ...moments: readonly (readonly [number, number])[]): string[] {
  const deadline = new Deadline(limits, 0);
  return moments.map(([now, active]) => {
    const verdict = deadline.at(now, active);
    return verdict.kind === "warn"
      ? `${verdict.why} in ${verdict.inMs / MIN}`
      : verdict.kind === "stop"
      ? `stop: ${verdict.why}`
      : "fine";
  });
}

Deno.test("a box is warned of five minutes before its time is up, and stopped then", () => {
  assert.deepEqual(
    follow({ durationMs: HOUR }, [0, 0], [54 * MIN, 0], [55 * MIN, 0], [58 * MIN, 0], [HOUR, 0]),
    ["fine", "fine", "duration in 5", "duration in 2", "stop: duration"],
  );
});

Deno.test("an idle box is warned of, and not stopped once it is at work again", () => {
  assert.deepEqual(
    follow({ idleMs: HOUR }, [56 * MIN, 0], [57 * MIN, 57 * MIN], [115 * MIN, 57 * MIN], [
      117 * MIN,
      57 * MIN,
    ]),
    ["idle in 5", "fine", "idle in 5", "idle in 3"],
  );
});

Deno.test("where the machine slept through its time a box is still warned of first", () => {
  assert.deepEqual(
    follow({ durationMs: HOUR }, [0, 0], [9 * HOUR, 0], [9 * HOUR + 4 * MIN, 0], [9 * HOUR + 5 * MIN, 0]),
    ["fine", "duration in 5", "duration in 1", "stop: duration"],
  );
});

Deno.test("of two limits the nearer one counts, and short ones leave a third for the warning", () => {
  assert.deepEqual(follow({ durationMs: HOUR, idleMs: 3 * MIN }, [2 * MIN, 0], [4 * MIN, 0]), [
    "idle in 1",
    "stop: idle",
  ]);
  assert.deepEqual(follow({ durationMs: HOUR, idleMs: 3 * MIN }, [HOUR - MIN, HOUR - MIN]), [
    "duration in 5",
  ]);
  assert.equal(new Deadline({ idleMs: 6000 }, 0).waitMs, 500);
  assert.equal(new Deadline({ idleMs: 9 * HOUR, durationMs: 24 * HOUR }, 0).waitMs, MIN);
});
