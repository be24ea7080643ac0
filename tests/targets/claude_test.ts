import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import type { AgentArguments } from "../../targets/target.ts";
import { elf, type FakeHome, inHome } from "./fake_install.ts";

const claude = findTarget("claude");

const PACKAGE = "@anthropic-ai/claude-code";
const PLATFORM = `${PACKAGE}-${Deno.build.arch === "x86_64" ? "linux-x64" : "linux-arm64"}`;
const STUB = 'echo "Error: native binary not installed" >&2\nexit 1\n';

const detect = async (home: FakeHome) => (await claude.find(targetHost(home.path, home.bin)))?.install;
const whyNot = async (home: FakeHome) => (await claude.find(targetHost(home.path, home.bin)))?.reason;
const mounts = async (home: FakeHome) => {
  const host = targetHost(home.path, home.bin);
  return await claude.mounts((await claude.find(host))!.install!, host);
};

Deno.test("a native installation is found, with its version, and only its one file is mounted", () =>
  inHome(async (home) => {
    const file = await home.file(".local/share/claude/versions/2.1.5", elf());
    await home.file(".local/share/claude/versions/2.1.4", elf());
    await home.link(".local/bin/claude", file);
    const found = { name: "claude", binary: file, method: "native", version: "2.1.5" };
    assert.deepEqual(await detect(home), found);
    await home.link("bin/claude", "../.local/bin/claude");
    assert.deepEqual(await detect(home), found);
    assert.deepEqual(await mounts(home), [{ source: file, destination: "/home/agent/.local/bin/claude" }]);
  }));

Deno.test("an npm installation whose program is in place is found through its links", () =>
  inHome(async (home) => {
    await home.pack("lib", PACKAGE, "2.1.197", { "bin/claude.exe": elf() });
    await home.link("bin/claude", `../lib/node_modules/${PACKAGE}/bin/claude.exe`);
    const found = await detect(home);
    assert.equal(found?.binary, `${home.path}/lib/node_modules/${PACKAGE}/bin/claude.exe`);
    assert.deepEqual([found?.method, found?.version], ["npm", "2.1.197"]);
  }));

Deno.test("an npm installation that holds a stub is found by its platform's package: nested, beside, further up, linked", () =>
  inHome(async (home) => {
    const root = await home.pack("lib", PACKAGE, "2.1.197", { "bin/claude.exe": STUB });
    await home.link("bin/claude", `../${root}/bin/claude.exe`);
    assert.equal(await detect(home), undefined);
    assert.match((await whyNot(home))!, /stub.*install script/);
    for (const place of [root, "lib", "."]) {
      const platform = await home.pack(place, PLATFORM, "2.1.197", { claude: elf() });
      const found = await detect(home);
      assert.equal(found?.binary, await Deno.realPath(`${home.path}/${platform}/claude`), place);
      await Deno.remove(`${home.path}/${platform}`, { recursive: true });
    }
    const store = await home.pack("store/one", PLATFORM, "2.1.197", { claude: elf() });
    await home.link(`lib/node_modules/${PLATFORM}`, `${home.path}/${store}`);
    assert.equal((await detect(home))?.binary, `${home.path}/${store}/claude`);
    assert.equal(await whyNot(home), undefined);
  }));

Deno.test("scripts that pnpm and old installers put on PATH are seen through", () =>
  inHome(async (home) => {
    const root = await home.pack("global/5", PACKAGE, "2.1.197", { "bin/claude.exe": elf() });
    const shim =
      `#!/bin/sh\nbasedir=$(dirname "$0")\n\nif [ -x "$basedir/node" ]; then\n  exec "$basedir/node"  "$basedir/../${root}/bin/claude.exe" "$@"\nfi\nexec "$basedir/../${root}/bin/claude.exe"   "$@"\n`;
    await home.file("bin/claude", shim);
    assert.equal((await detect(home))?.binary, `${home.path}/${root}/bin/claude.exe`);
    await home.link(".claude/local/node_modules/.bin/claude", `${home.path}/${root}/bin/claude.exe`);
    await home.file(
      "bin/claude",
      `#!/bin/bash\nexec "${home.path}/.claude/local/node_modules/.bin/claude" "$@"\n`,
    );
    assert.equal((await detect(home))?.binary, `${home.path}/${root}/bin/claude.exe`);
  }));

Deno.test("an older npm installation, a script for Node, is mounted as a folder and given a launcher", () =>
  inHome(async (home) => {
    const root = await home.pack("lib", PACKAGE, "1.0.30", { "cli.js": "#!/usr/bin/env node\n" });
    await home.link("bin/claude", `../${root}/cli.js`);
    assert.deepEqual(await mounts(home), [
      { source: `${home.path}/${root}`, destination: "/home/agent/.local/share/claude" },
    ]);
    const files = await claude.homeFiles(await detect(home), targetHost(home.path, home.bin), false);
    const launcher = files.find(({ path }) => path === ".local/bin/claude");
    assert.match(launcher!.content, /exec node .*share\/claude\/cli\.js/);
    assert.deepEqual([launcher!.mode, launcher!.when], [0o755, "replace"]);
  }));

Deno.test("what cannot run in a rig is not found, and the reason is reported", () =>
  inHome(async (home) => {
    assert.equal(await detect(home), undefined);
    assert.equal(await whyNot(home), undefined);
    for (
      const [content, reason] of [
        [elf({ machine: 0x28 }), /another processor/],
        [elf({ interpreter: "/lib/ld-musl-x86_64.so.1" }), /musl/],
        ["#!/bin/sh\necho hello\n", /neither a program nor/],
      ] as const
    ) {
      await home.file("bin/claude", content);
      assert.equal(await detect(home), undefined);
      assert.match((await whyNot(home))!, reason);
    }
    await home.file("tools/volta-shim", elf());
    await Deno.remove(`${home.bin}/claude`);
    await home.link("bin/claude", "../tools/volta-shim");
    assert.match((await whyNot(home))!, /version manager/);
    // One that works further down the list is taken all the same.
    await home.file(".local/bin/claude", elf());
    assert.equal((await detect(home))?.method, "binary");
  }));

const request = (change: Partial<AgentArguments> = {}): AgentArguments => ({
  secure: false,
  conversation: "continue",
  hasConversation: true,
  settings: { model: "", access: "permissive" },
  extra: [],
  ...change,
});
const args = (change: Partial<AgentArguments> = {}) => claude.command(request(change)).args;
const FREE = ["--dangerously-skip-permissions", "--settings", '{"skipDangerousModePermissionPrompt":true}'];

Deno.test("claude's command line follows the conversation asked for", () => {
  assert.deepEqual(args(), ["--continue", ...FREE]);
  assert.deepEqual(args({ conversation: "new" }), [...FREE]);
  assert.deepEqual(args({ conversation: "resume" }), ["--resume", ...FREE]);
  assert.deepEqual(args({ hasConversation: false }), [...FREE]);
  assert.deepEqual(args({ settings: { model: "opus" } }), ["--continue", ...FREE, "--model", "opus"]);
  for (const extra of [["--resume"], ["-r", "id"], ["--resume=id"], ["-c"]]) {
    assert.deepEqual(args({ extra }), [...FREE, ...extra]);
  }
  assert.deepEqual(args({ extra: ["--", "-r"] }), ["--continue", ...FREE, "--", "-r"]);
});

Deno.test("D2: claude asks neither whether to trust the folder nor about its freedom, except where it is to ask", () => {
  const { env } = claude.command(request());
  assert.deepEqual(env, { CLAUDE_CODE_SANDBOXED: "1" });
  assert.deepEqual(claude.command(request({ secure: true })), { args: ["--continue"], env: {} });
});

Deno.test("claude asks when it is asked to for a run, or by its access setting, and its settings are checked", () => {
  assert.deepEqual(args({ secure: true, conversation: "new" }), []);
  assert.deepEqual(args({ settings: { model: "", access: "default" }, conversation: "new" }), []);
  assert.throws(
    () => args({ settings: { access: "all" } }),
    (error) => error instanceof KanibakoError && error.hints.join().includes("permissive, default"),
  );
});

Deno.test("the user's words come last and are not doubled", () => {
  assert.deepEqual(
    args({ conversation: "new", settings: { model: "opus" }, extra: ["--model", "x", "hi there"] }),
    [
      ...FREE,
      "--model",
      "x",
      "hi there",
    ],
  );
  assert.deepEqual(args({ extra: ["--version"] }), [...FREE, "--version"]);
});

Deno.test("claude tries a new conversation only when there was none", () => {
  assert.equal(claude.shouldRetryNew("No conversation found to continue\n"), true);
  assert.equal(claude.shouldRetryNew("API Error"), false);
});

Deno.test("claude's login status is read from files alone", () =>
  inHome(async (home) => {
    const status = () => claude.authStatus(targetHost(home.path, home.bin));
    const put = (value: unknown) => home.file(".claude/.credentials.json", JSON.stringify(value), 0o600);
    const oauth = (expiresAt: number, refreshToken?: string) => ({
      claudeAiOauth: { accessToken: "a", expiresAt, ...(refreshToken ? { refreshToken } : {}) },
    });
    assert.equal((await status()).loggedIn, false);
    assert((await status()).hint);
    await put(oauth(Date.now() + 3 * 3600_000, "r"));
    assert.deepEqual(await status(), { loggedIn: true, detail: "expires in 3h" });
    await put(oauth(Date.now() - 3600_000, "r"));
    assert.match((await status()).detail, /renews itself/);
    await put(oauth(Date.now() - 3600_000));
    assert.equal((await status()).loggedIn, false);
    await put({ claudeAiOauth: "x" });
    assert.equal((await status()).loggedIn, false);
  }));

Deno.test("F14: a login that cannot be used says which part of it is missing or wrong", () =>
  inHome(async (home) => {
    const why = async (value: unknown) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      await home.file(".claude/.credentials.json", text, 0o600);
      return (await claude.authStatus(targetHost(home.path, home.bin))).detail.replace(
        /^.*usable login: /,
        "",
      );
    };
    const oauth = (value: unknown) => ({ claudeAiOauth: value });
    assert.equal(
      await why(oauth({ accessToken: "a", refreshToken: "r" })),
      "claudeAiOauth.expiresAt is missing",
    );
    assert.equal(
      await why(oauth({ accessToken: "a", expiresAt: Date.now() + 500 * 24 * 3600_000 })),
      "claudeAiOauth.expiresAt is no time within the next 400 days",
    );
    assert.equal(await why({}), "claudeAiOauth.accessToken and claudeAiOauth.expiresAt are missing");
    assert.equal(
      await why(oauth({ accessToken: 1, expiresAt: Date.now() })),
      "claudeAiOauth.accessToken is no text",
    );
    assert.equal(await why("x"), "it is no JSON");
  }));

Deno.test("claude's state file is handed over in part, or empty for a login of the box's own", () =>
  inHome(async (home) => {
    const host = targetHost(home.path, home.bin);
    const content = async (shared: boolean) =>
      JSON.parse((await claude.homeFiles(undefined, host, shared))[0]!.content);
    assert.deepEqual(await content(true), {});
    await home.file(".claude.json", JSON.stringify({ oauthAccount: { a: 1 }, projects: { x: 1 } }));
    assert.deepEqual(await content(true), { oauthAccount: { a: 1 }, hasCompletedOnboarding: true });
    assert.deepEqual(await content(false), {});
    await home.file(".claude.json", "not json");
    assert.deepEqual(await content(true), {});
  }));

Deno.test("C20: claude uses an API key without asking where that is the only login, and asks no other questions", () =>
  inHome(async (home) => {
    const key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz";
    const end = key.slice(-20);
    const host = {
      ...targetHost(home.path, home.bin),
      variable: (name: string) => name === "ANTHROPIC_API_KEY" ? key : undefined,
    };
    const content = async (shared = true) =>
      JSON.parse((await claude.homeFiles(undefined, host, shared))[0]!.content);
    const approved = { customApiKeyResponses: { approved: [end] }, hasCompletedOnboarding: true };
    assert.deepEqual(await content(), approved);
    assert.deepEqual(await content(false), {});
    // What its user said of it counts.
    const said = { approved: ["other"], rejected: [end] };
    await home.file(".claude.json", JSON.stringify({ customApiKeyResponses: said }));
    assert.deepEqual((await content()).customApiKeyResponses, said);
    await home.file(".claude.json", JSON.stringify({ customApiKeyResponses: { approved: ["other"] } }));
    assert.deepEqual((await content()).customApiKeyResponses.approved, ["other", end]);
    // With a login, the key would cost what the login does not.
    const claudeAiOauth = { accessToken: "a", refreshToken: "r", expiresAt: Date.now() + 3600_000 };
    await home.file(".claude/.credentials.json", JSON.stringify({ claudeAiOauth }), 0o600);
    assert.deepEqual((await content()).customApiKeyResponses.approved, ["other"]);
  }));
