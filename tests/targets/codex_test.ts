import assert from "node:assert/strict";
import { findTarget, targetHost } from "../../targets/discover.ts";
import type { AgentArguments } from "../../targets/target.ts";
import { elf, inHome } from "./fake_install.ts";

const codex = findTarget("codex");

const [SUFFIX, TRIPLE] = Deno.build.arch === "x86_64"
  ? ["linux-x64", "x86_64-unknown-linux-musl"]
  : ["linux-arm64", "aarch64-unknown-linux-musl"];
const STATIC = elf({ interpreter: "" });

Deno.test("codex from npm is found behind its launcher and mounted with its companions in their places", () =>
  inHome(async (home) => {
    const host = targetHost(home.path, home.bin);
    const root = await home.pack("lib", "@openai/codex", "0.9.0", {
      "bin/codex.js": "#!/usr/bin/env node\n",
    });
    await home.link("bin/codex", `../${root}/bin/codex.js`);
    assert.equal((await codex.find(host))?.install, undefined);
    assert.match((await codex.find(host))!.reason!, /contains no program for this machine/);
    const platform = await home.pack("lib", `@openai/codex-${SUFFIX}`, "0.9.0-linux", {
      [`vendor/${TRIPLE}/bin/codex`]: STATIC,
      [`vendor/${TRIPLE}/bin/codex-code-mode-host`]: STATIC,
      [`vendor/${TRIPLE}/codex-package.json`]: "{}",
      [`vendor/${TRIPLE}/codex-path/rg`]: STATIC,
    });
    const install = (await codex.find(host))!.install!;
    assert.deepEqual([install.method, install.version], ["npm", "0.9.0"]);
    const vendor = `${home.path}/${platform}/vendor/${TRIPLE}`;
    assert.deepEqual(await codex.mounts(install, host), [
      { source: `${vendor}/bin/codex`, destination: "/home/agent/.local/bin/codex" },
      {
        source: `${vendor}/bin/codex-code-mode-host`,
        destination: "/home/agent/.local/bin/codex-code-mode-host",
      },
      // Without it Codex says that it is not complete.
      { source: `${vendor}/codex-package.json`, destination: "/home/agent/.local/codex-package.json" },
      { source: `${vendor}/codex-path`, destination: "/home/agent/.local/codex-path" },
    ]);
  }));

Deno.test("a codex program alone is found and mounted", () =>
  inHome(async (home) => {
    const host = targetHost(home.path, home.bin);
    const file = await home.file("bin/codex", STATIC);
    const install = (await codex.find(host))!.install!;
    assert.deepEqual(install, { name: "codex", binary: file, method: "binary" });
    assert.deepEqual(await codex.mounts(install, host), [{
      source: file,
      destination: "/home/agent/.local/bin/codex",
    }]);
  }));

Deno.test("D13: codex's command line follows the conversation asked for", () => {
  const args = (change: Partial<AgentArguments> = {}) =>
    codex.command({
      secure: false,
      conversation: "continue",
      hasConversation: true,
      settings: {},
      extra: [],
      ...change,
    }).args;
  // One version: it neither copies itself into the home nor asks about updates.
  const same = ["-c", "features.daemon_auto_start=false", "-c", "check_for_update_on_startup=false"];
  const free = [...same, "--dangerously-bypass-approvals-and-sandbox"];
  assert.deepEqual(args(), ["resume", "--last", ...free]);
  assert.deepEqual(args({ hasConversation: false }), free);
  assert.deepEqual(args({ conversation: "resume" }), ["resume", ...free]);
  assert.deepEqual(args({ conversation: "new", secure: true }), same);
  assert.deepEqual(args({ settings: { model: "m", access: "default" } }), [
    "resume",
    "--last",
    ...same,
    "--model",
    "m",
  ]);
  assert.deepEqual(args({ extra: ["exec", "do it"] }), [...free, "exec", "do it"]);
  assert.deepEqual(args({ extra: ["--version"] }), [...free, "--version"]);
  assert.deepEqual(args({ extra: ["-s", "read-only"] }), ["resume", "--last", ...same, "-s", "read-only"]);
});

Deno.test("codex's login moves by the time of its renewal and leaves other keys alone", () => {
  const { merge } = codex.credentials[0]!;
  const auth = (token: string, last_refresh: string | undefined, more = {}) =>
    JSON.stringify({ tokens: { access_token: token }, last_refresh, ...more });
  const old = auth("old", "2026-01-01T00:00:00.5Z", { mine: 1 });
  const merged = JSON.parse(merge(auth("new", "2026-01-02T00:00:00Z", { theirs: 1 }), old)!);
  assert.deepEqual(merged, {
    tokens: { access_token: "new" },
    last_refresh: "2026-01-02T00:00:00Z",
    mine: 1,
  });
  for (
    const from of [
      old,
      auth("x", "2025-01-01T00:00:00Z"),
      auth("x", undefined),
      auth("x", "tomorrow"),
      auth("x", "9999-01-01T00:00:00Z"),
      "{}",
      "",
      '{"tokens":7}',
    ]
  ) {
    assert.equal(merge(from, old), undefined, from);
  }
  assert.match(merge('{"OPENAI_API_KEY":"k","tokens":null}', undefined)!, /"k"/);
});
