import assert from "node:assert/strict";
import type { Run } from "../../../lib/run/run.ts";
import { openTimeLimit } from "../../../lib/run/time/limit_time.ts";
import { until } from "../../../lib/host/wait.ts";
import { inFolder } from "../../support/trees.ts";

Deno.test("a box that its runtime has forgotten is ended in time, too", () =>
  inFolder(async (state) => {
    let ended = false;
    const run = {
      box: "kanibako-a",
      state,
      host: { ui: { note: () => {} } },
      record: { run: "r", box: "b", lifetime: "ephemeral", startedAt: Date.now(), image: "i", agent: "none" },
      runtime: {
        inspect: () => Promise.resolve(undefined),
        stop: () => Promise.reject(new Error("no such container")),
      },
      mailbox: {
        alive: () => Promise.resolve(true),
        isInhabited: () => Promise.resolve(true),
        endBox: () => Promise.resolve(void (ended = true)),
      },
    } as unknown as Run;
    await using _service = await openTimeLimit(run, { seconds: 1 });
    assert.ok(await until(() => ended, { everyMs: 20, forMs: 10_000 }));
  }));
