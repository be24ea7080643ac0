import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { crabId, detectAgent, findTarget, targetHost, targets } from "../../targets/discover.ts";
import { elf, inHome } from "./fake_install.ts";

Deno.test("targets have distinct names, flat credential names and defaults among their choices", () => {
  const names = targets().map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
  for (const target of targets()) {
    for (const file of target.credentials) {
      assert.match(file.id, /^[a-z][a-z0-9.-]*$/);
      assert(!["exit", "screen", "applied"].includes(file.id));
    }
    for (const { choices, default: value } of target.settings) {
      assert(choices.length === 0 || choices.includes(value));
    }
    assert.doesNotThrow(() =>
      target.command({
        secure: false,
        conversation: "continue",
        hasConversation: true,
        settings: {},
        extra: [],
      })
    );
  }
});

Deno.test("no resource that an agent writes is shared between boxes by default", () => {
  for (const target of targets()) {
    assert.deepEqual(target.resources.filter(({ scope }) => scope === "shared"), []);
  }
});

Deno.test("findTarget finds by id and lists what there is for an unknown one", () => {
  assert.equal(findTarget("claude").displayName, "Claude Code");
  assert.equal(findTarget("general").name, "no_agent");
  assert.equal(crabId(findTarget("no_agent")), "general");
  assert.equal(crabId(findTarget("codex")), "codex");
  assert.throws(
    () => findTarget("cloude"),
    (error) =>
      error instanceof KanibakoError && error.hints[0] === 'Did you mean "claude"?' &&
      error.hints.join().includes("Known are: aider, claude, codex, copilot, gemini, goose, opencode, qwen."),
  );
});

Deno.test("detectAgent takes the first that is installed, and none when there is none", () =>
  inHome(async (home) => {
    const host = targetHost(home.path, home.bin);
    assert.equal(await detectAgent(host), undefined);
    await home.file("bin/codex", elf());
    assert.equal((await detectAgent(host))?.target.name, "codex");
    await home.file("bin/claude", elf());
    assert.equal((await detectAgent(host))?.target.name, "claude");
  }));
