// The keys of the user's environment where a login is guarded.

import { deepStrictEqual, ok } from "node:assert/strict";
import type { Session } from "../../lib/session/gather.ts";
import { guardedKeys } from "../../lib/session/guard.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

/** Where each agent sends a key. */
const SENT = {
  claude: ["ANTHROPIC_API_KEY", "api.anthropic.com"],
  codex: ["OPENAI_API_KEY", "api.openai.com"],
  gemini: ["GEMINI_API_KEY", "generativelanguage.googleapis.com"],
} as const;

Deno.test("a guarded key of the environment is bound to where its agent sends it, and to no name with a star", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  for (const [agent, [key, service]] of Object.entries(SENT)) {
    const before = Deno.env.get(key);
    Deno.env.set(key, "sk-0123456789");
    try {
      const session = { host, guardKey: "k", agent: { target: findTarget(agent) } } as unknown as Session;
      const found = (await guardedKeys(session)).find(({ name }) => name === key);
      const hosts = (found?.binding ?? "").split(", ").map((place) => place.split(" ")[0]!);
      ok(hosts.includes(service), `${agent}: ${hosts}`);
      deepStrictEqual(hosts.filter((name) => name.includes("*")), []);
      const { guardKey: _, ...unguarded } = session;
      deepStrictEqual(await guardedKeys(unguarded as Session), []);
    } finally {
      if (before === undefined) Deno.env.delete(key);
      else Deno.env.set(key, before);
    }
  }
});
