import assert from "node:assert/strict";
import { parseDuration, shownDuration } from "../../lib/commands/duration.ts";

Deno.test("a span of time is a number with a unit, and seconds without one", () => {
  const spans = {
    "90": 90_000,
    "90s": 90_000,
    "1.5m": 90_000,
    "10m": 600_000,
    "2h": 7_200_000,
    "1d": 86_400_000,
  };
  for (const [text, ms] of Object.entries(spans)) assert.equal(parseDuration("--timeout", text), ms);
  for (const text of ["", "0", "-1", "1w", "m", "1m30s", "1e3", "25d", "0.0001s", " 1"]) {
    assert.throws(() => parseDuration("--timeout", text), /Cannot use --timeout/, text);
  }
});

Deno.test("a span of time is shown with its unit", () => {
  assert.deepEqual(["20", "1.5", "20s", "1.5m"].map(shownDuration), ["20s", "1.5s", "20s", "1.5m"]);
});
