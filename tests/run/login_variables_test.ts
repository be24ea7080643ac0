// Keys of the user's environment that helpers get as their login.

import assert from "node:assert/strict";
import { loginVariables } from "../../lib/run/hub/login_variables.ts";
import type { RunRecord } from "../../lib/run/record.ts";

const record = (more: Partial<RunRecord>, logins: readonly string[] = ["claude"]): RunRecord => ({
  run: "r1",
  box: "kanibako-app",
  runtime: "podman",
  place: {},
  image: "min",
  lifetime: "persistent",
  phase: "running",
  agent: "claude",
  sharedAuth: true,
  conversation: false,
  services: { hub: { grant: JSON.stringify({ logins }) } },
  startedAt: 1,
  ...more,
});

Deno.test("who serves a director passes on the key that is its agent's login, and nothing else of the environment", async () => {
  const home = await Deno.makeTempDir();
  const host = { dirs: { home } } as Parameters<typeof loginVariables>[0];
  const before = Deno.env.get("ANTHROPIC_API_KEY");
  Deno.env.set("ANTHROPIC_API_KEY", "sk-test");
  try {
    assert.deepEqual(await loginVariables(host, record({})), { ANTHROPIC_API_KEY: "sk-test" });
    // A shell has the agent that it can call.
    assert.deepEqual(await loginVariables(host, record({ agent: "" })), { ANTHROPIC_API_KEY: "sk-test" });
    for (
      const none of [
        record({ sharedAuth: false }),
        record({ services: {} }),
        record({}, []),
        record({ services: { hub: { grant: "{" } } }),
        undefined,
      ]
    ) assert.deepEqual(await loginVariables(host, none), {});
  } finally {
    if (before === undefined) Deno.env.delete("ANTHROPIC_API_KEY");
    else Deno.env.set("ANTHROPIC_API_KEY", before);
    await Deno.remove(home, { recursive: true });
  }
});
