// Whether a box uses the host's login without having it, where nobody says so.

import { match, strictEqual } from "node:assert/strict";
import { type Login, type LoginKind, loginKind, sharedHint } from "../../lib/session/guarding.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

const UNSAID: Login = { sharedAuth: true, guardsByDefault: true };
const SAID: Login = { sharedAuth: true };

Deno.test("a login is guarded by default in a filtered network, if it can be, and elsewhere only where it is said", async () => {
  await using box = await Sandbox.make();
  const home = `${box.root}/home`;
  const write = async (path: string, text: string) => {
    await Deno.mkdir(`${home}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${home}/${path}`, text);
  };
  const kind = (agent: string | undefined, login: Login, network: string, env: Record<string, string> = {}) =>
    loginKind(login, network, (name) => env[name], agent === undefined ? undefined : findTarget(agent), home);
  const is = async (expected: LoginKind, ...how: Parameters<typeof kind>) =>
    strictEqual(await kind(...how), expected, JSON.stringify(how));
  for (const network of ["filtered", "open", "none"]) {
    await is("guarded", "claude", { ...SAID, guardedAuth: true }, network);
    await is("shared", "claude", SAID, network);
    await is("distinct", "claude", { ...UNSAID, sharedAuth: false }, network);
    const usual = network === "filtered" ? "guarded" : "shared";
    for (const agent of ["claude", "codex", "gemini"]) await is(usual, agent, UNSAID, network);
    for (const agent of ["goose", "opencode", "qwen"]) {
      await is(network === "filtered" ? "unguardable" : "shared", agent, UNSAID, network);
    }
    await is("shared", undefined, UNSAID, network);
  }
  await is("unguardable", "claude", UNSAID, "filtered", { ANTHROPIC_BASE_URL: "https://gateway.test" });
  await is("guarded", "claude", UNSAID, "filtered", { ANTHROPIC_BASE_URL: "" });
  // A key that is part of a file with more in it goes into a box with that.
  await write(".claude.json", '{"primaryApiKey":"sk-one"}');
  await is("unguardable", "claude", UNSAID, "filtered");
  await write(".claude/.credentials.json", '{"claudeAiOauth":{}}');
  await is("guarded", "claude", UNSAID, "filtered");
});

Deno.test("it is said when a box that had no login gets one, unless that was set", () => {
  const usual = { guardsByDefault: true, network: "open", agent: "Claude Code", first: false } as const;
  match(
    sharedHint({ ...usual, kind: "shared", before: true })!,
    /^The box has the login of Claude Code now, as its network is open, not filtered\. .*auth=guarded$/,
  );
  strictEqual(sharedHint({ ...usual, kind: "shared", before: false }), undefined);
  strictEqual(sharedHint({ ...usual, kind: "shared", before: true, guardsByDefault: false }), undefined);
  strictEqual(sharedHint({ ...usual, kind: "guarded", before: true }), undefined);
  const cannot = { ...usual, kind: "unguardable", network: "filtered" } as const;
  for (const how of [{ first: true, before: false }, { first: false, before: true }]) {
    match(sharedHint({ ...cannot, ...how })!, /it cannot be guarded/);
  }
  strictEqual(sharedHint({ ...cannot, before: false }), undefined);
});
