// Lines of the log of helpers, as they have always been.

import { strictEqual } from "node:assert/strict";
import { logLine } from "../../lib/commands/crab/helper/log_line.ts";

const ts = "2026-01-02T03:04:05.678+00:00";

Deno.test("logLine: messages, messages to all, and what was done, each on one line", () => {
  strictEqual(
    logLine({ type: "message", from: 0, to: 1, payload: { text: "hi" }, ts }),
    "03:04:05  [0 → 1]  hi",
  );
  strictEqual(
    logLine({ type: "message", from: 2, to: "all", payload: { text: "hi" }, ts }),
    "03:04:05  [2 → *]  hi",
  );
  strictEqual(
    logLine({ type: "control", event: "spawn", helper: 3, model: "m", ts }),
    "03:04:05  [spawn] helper 3 (model=m)",
  );
  strictEqual(logLine({ type: "control", event: "stop", helper: 3, ts }), "03:04:05  [stop] helper 3");
  strictEqual(
    logLine({ type: "control", event: "end", helper: 3, status: "failed", error: "It was killed.", ts }),
    "03:04:05  [end] helper 3 (failed: It was killed.)",
  );
  strictEqual(
    logLine({ type: "control", event: "left-out", count: 3, ts }),
    "03:04:05  [left-out] (3 entries)",
  );
  strictEqual(
    logLine({ type: "message", from: 1, to: 0, payload: { a: 1 }, ts }),
    '03:04:05  [1 → 0]  {"a":1}',
  );
});
