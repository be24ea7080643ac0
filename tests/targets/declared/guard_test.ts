// A login that a box uses without having it, by the declarations of the agents.

import assert from "node:assert/strict";
import { builtin } from "../../../targets/builtin.ts";
import { declaredTarget } from "../../../targets/declared/target.ts";
import { idToken } from "../../support/services/tokens.ts";

const agent = (name: string) => declaredTarget(builtin(name));
const mark = (place: string) => `MARK-${place}`;
const NOW = Date.parse("2026-11-29T12:00:00Z");

Deno.test("T16 what a box gets of a guarded login has the form of a login, and nothing secret in it", () => {
  const [claude] = agent("claude").credentials;
  const login = {
    claudeAiOauth: { accessToken: "AAA", refreshToken: "RRR", expiresAt: NOW, scopes: ["a", "b"] },
  };
  assert.deepEqual(JSON.parse(claude!.guard!.cover(JSON.stringify(login), mark)), {
    claudeAiOauth: {
      accessToken: "MARK-claudeAiOauth.accessToken",
      refreshToken: "MARK-claudeAiOauth.refreshToken",
      expiresAt: NOW,
      scopes: ["a", "b"],
    },
  });
  const [codex] = agent("codex").credentials;
  const id = idToken();
  const tokens = { id_token: id, access_token: "AAA", refresh_token: "RRR", account_id: "me" };
  const covered = JSON.parse(codex!.guard!.cover(JSON.stringify({ OPENAI_API_KEY: null, tokens }), mark));
  assert.equal(covered.OPENAI_API_KEY, null);
  assert.deepEqual(covered.tokens, {
    // Who it is for can be read; nobody has signed it.
    id_token: `${id.split(".").slice(0, 2).join(".")}.MARK-tokens.id_token`,
    access_token: "MARK-tokens.access_token",
    refresh_token: "MARK-tokens.refresh_token",
    account_id: "me",
  });
  // What is secret and no text is not given either.
  assert.equal(
    JSON.parse(codex!.guard!.cover('{"tokens":{"access_token":{"x":"AAA"}}}', mark)).tokens.access_token,
    null,
  );
});

Deno.test("a renewed login is kept with its new time, and said to a box without its values", () => {
  const guard = agent("claude").credentials[0]!.guard!;
  const before = JSON.stringify({
    claudeAiOauth: { accessToken: "A1", refreshToken: "R1", expiresAt: NOW - 1, scopes: ["x", "y"] },
    mcpOAuth: { other: 1 },
  });
  const renewal = guard.renewal!;
  assert.equal(renewal.isGood(before, NOW), false);
  const after = renewal.renewed(before, { access_token: "A2", refresh_token: "R2", expires_in: 60 }, NOW)!;
  assert.deepEqual(JSON.parse(after), {
    claudeAiOauth: { accessToken: "A2", refreshToken: "R2", expiresAt: NOW + 60_000, scopes: ["x", "y"] },
    mcpOAuth: { other: 1 },
  });
  assert.equal(renewal.isGood(after, NOW), true);
  assert.deepEqual(renewal.known(after, NOW), {
    token_type: "Bearer",
    access_token: "A2",
    refresh_token: "R2",
    scope: "x y",
    expires_in: 60,
  });
  assert.equal(renewal.renewed(before, { error: "invalid_grant" }, NOW), undefined);
});

Deno.test("a login that says when it was renewed is good for a while, and never said to be over", () => {
  const { isGood } = agent("codex").credentials[0]!.guard!.renewal!;
  const login = JSON.stringify({ last_refresh: new Date(NOW).toISOString() });
  assert.equal(isGood(login, NOW + 60_000), true);
  assert.equal(isGood(login, NOW + 10 * 60_000), undefined);
  assert.equal(isGood("{}", NOW), undefined);
});

Deno.test("a login of which nothing says where it goes is not guarded", () => {
  assert.deepEqual(
    ["claude", "codex", "gemini", "qwen", "opencode", "copilot", "goose"].filter((name) =>
      agent(name).credentials.some(({ guard }) => guard)
    ),
    ["claude", "codex", "gemini"],
  );
});
