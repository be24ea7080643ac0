// What is found of a login on the host, and what of it a box is given.

import assert from "node:assert/strict";
import { builtin } from "../../../targets/builtin.ts";
import { declaredTarget } from "../../../targets/declared/target.ts";
import { targetHost } from "../../../targets/discover.ts";
import { loginPath } from "../../../targets/moved.ts";
import type { TargetHost } from "../../../targets/target.ts";

const EXPIRES = Date.now() + 3 * 3600_000;
const CLAUDE = JSON.stringify({
  claudeAiOauth: { accessToken: "a", refreshToken: "r", expiresAt: EXPIRES },
});

/** A user with these files and variables. */
async function user(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly host: TargetHost; readonly root: string } & AsyncDisposable> {
  const root = await Deno.makeTempDir({ prefix: "auth-" });
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  const host = {
    ...targetHost(`${root}/home`, "/nowhere"),
    variable: (name: string) => variables[name]?.replace("ROOT", root),
  };
  return { host, root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

const agent = (name: string) => declaredTarget(builtin(name));

for (
  const [name, variable, path, text] of [
    ["claude", "CLAUDE_CONFIG_DIR", ".credentials.json", CLAUDE],
    ["codex", "CODEX_HOME", "auth.json", JSON.stringify({ OPENAI_API_KEY: "k" })],
    ["qwen", "QWEN_HOME", "oauth_creds.json", JSON.stringify({ access_token: "a", expiry_date: EXPIRES })],
  ] as const
) {
  Deno.test(`C19: the login of ${name} is found where ${variable} has moved it`, async () => {
    await using here = await user({ [`moved/${path}`]: text }, { [variable]: "ROOT/moved/" });
    const { credentials, authStatus } = agent(name);
    assert.equal(loginPath(credentials[0]!, here.host), `${here.root}/moved/${path}`);
    assert.equal((await authStatus(here.host)).loggedIn, true);
    // Where no variable says so, it is not looked for there.
    assert.equal((await authStatus({ ...here.host, variable: () => undefined })).loggedIn, false);
  });
}

Deno.test("the account of a moved configuration is read from there, for a new home and with care", async () => {
  await using here = await user(
    { "moved/.claude.json": JSON.stringify({ oauthAccount: { id: 1 }, primaryApiKey: "k" }) },
    { CLAUDE_CONFIG_DIR: "ROOT/moved" },
  );
  const claude = agent("claude");
  assert.deepEqual(claude.accountFiles?.(here.host), [`${here.root}/moved/.claude.json`]);
  const [file] = await claude.homeFiles(undefined, here.host, true);
  const { oauthAccount, primaryApiKey } = JSON.parse(file!.content);
  assert.deepEqual([oauthAccount, primaryApiKey], [{ id: 1 }, "k"]);
  assert.deepEqual(await claude.authStatus(here.host), {
    loggedIn: true,
    detail: "API key of the console",
    given: true,
  });
  // A box with a login of its own gets none of it.
  assert.doesNotMatch((await claude.homeFiles(undefined, here.host, false))[0]!.content, /primaryApiKey/);
});

Deno.test("a key in the environment is the login where there is no other, and of many providers in any case", async () => {
  await using bare = await user({}, { ANTHROPIC_API_KEY: "k" });
  assert.deepEqual(await agent("claude").keys?.(bare.host), ["ANTHROPIC_API_KEY"]);
  assert.deepEqual(await agent("claude").authStatus(bare.host), {
    loggedIn: true,
    detail: "API key in ANTHROPIC_API_KEY",
  });
  await using both = await user({
    "home/.claude/.credentials.json": CLAUDE,
    "home/.local/share/opencode/auth.json": JSON.stringify({ x: { type: "api", key: "k" } }),
  }, { ANTHROPIC_API_KEY: "k" });
  assert.deepEqual(await agent("claude").keys?.(both.host), []);
  assert.deepEqual(await agent("opencode").keys?.(both.host), ["ANTHROPIC_API_KEY"]);
});

Deno.test("a key that opens more than the agent's service is named, and no box is given it", async () => {
  await using here = await user({}, { GH_TOKEN: "secret-value" });
  const copilot = agent("copilot");
  assert.deepEqual(await copilot.keys?.(here.host), []);
  const status = await copilot.authStatus(here.host);
  assert.deepEqual([status.loggedIn, status.elsewhere], [true, true]);
  assert.match(`${status.detail} ${status.hint}`, /GH_TOKEN.*COPILOT_GITHUB_TOKEN/);
  assert.doesNotMatch(JSON.stringify(status), /secret-value/);
});

for (
  const [name, files, variables, words] of [
    ["claude", {}, { CLAUDE_CODE_USE_BEDROCK: "1" }, /Amazon Bedrock.*AWS_REGION/],
    ["claude", {}, { CLAUDE_CODE_USE_VERTEX: "1" }, /Vertex AI.*GOOGLE_APPLICATION_CREDENTIALS/],
    ["claude", { "home/.claude/settings.json": '{ "apiKeyHelper": "/x" }' }, {}, /apiKeyHelper/],
    [
      "codex",
      { "home/.codex/config.toml": 'cli_auth_credentials_store = "keyring"\n' },
      {},
      /keyring.*"file"/,
    ],
    ["gemini", { "home/.gemini/gemini-credentials.json": "x" }, {}, /encrypted/],
    [
      "goose",
      { "home/.config/goose/config.yaml": "GOOSE_PROVIDER: a\n" },
      {},
      /keyring.*GOOSE_DISABLE_KEYRING/,
    ],
    [
      "codex",
      { "home/.codex/config.toml": 'model_provider = "mine"\n' },
      {},
      /provider.*own\.parts=settings/,
    ],
    [
      "opencode",
      { "home/.config/opencode/opencode.jsonc": '{ "provider": {} }' },
      {},
      /provider.*own\.parts=settings/,
    ],
    ["copilot", { "home/.copilot/config.json": '{"loggedInUsers":[]}' }, {}, /keyring.*COPILOT_GITHUB_TOKEN/],
  ] as const
) {
  Deno.test(`${name}, logged in in a way that boxes do not have, is named with its remedy: ${words}`, async () => {
    await using here = await user(files, variables);
    const status = await agent(name).authStatus(here.host);
    assert.deepEqual([status.loggedIn, status.elsewhere], [true, true]);
    assert.match(`${status.detail} ${status.hint}`, words);
    await using nothing = await user({});
    assert.equal((await agent(name).authStatus(nothing.host)).loggedIn, false);
  });
}
