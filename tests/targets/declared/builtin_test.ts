import assert from "node:assert/strict";
import { BUILTIN, builtin } from "../../../targets/builtin.ts";
import { DECLARATION } from "../../../targets/declared/schema.ts";
import { declaredTarget } from "../../../targets/declared/target.ts";

for (const name of BUILTIN) {
  Deno.test(`the declaration of ${name} has the published form`, () => {
    const declared: unknown = JSON.parse(JSON.stringify(builtin(name)));
    const read = DECLARATION.safeParse(declared);
    assert.deepEqual(read.error?.issues ?? [], []);
    assert.deepEqual(read.data, declared);
    assert.equal(read.data?.name, name);
  });
}

/** Where they keep conversations, and what belongs to them. */
const CONVERSATIONS = [
  ".claude/projects/-home-agent-workspace/1.jsonl",
  ".codex/sessions/2026/10/31/rollout.jsonl",
  ".gemini/tmp/workspace/chats/session.json",
  ".qwen/projects/-home-agent-workspace/chats/1.jsonl",
  ".qwen/tmp/abc/checkpoints/1.json",
  ".local/share/opencode/opencode.db",
  ".copilot/session-state/1.jsonl",
];

Deno.test("no agent's conversations are swept from a home or left out of its archive", () => {
  const disposable = BUILTIN.flatMap((name) => declaredTarget(builtin(name)).disposable ?? []);
  assert.ok(disposable.includes(".claude/debug") && disposable.includes(".cache/claude"));
  for (const path of CONVERSATIONS) {
    assert.deepEqual(disposable.filter((folder) => path.startsWith(`${folder}/`)), [], path);
  }
});

Deno.test("what is swept or compressed lies in the home and is named plainly", () => {
  const accepts = (part: object) =>
    DECLARATION.safeParse({ name: "a", title: "A", install: "x", ...part }).success;
  for (const good of ["log", "a/b", "~/.cache/a"]) assert.equal(accepts({ disposable: [good] }), true, good);
  for (const bad of ["../x", "~/../x", "/etc", "~", "a/..", "~/a/./b", ".", "a b"]) {
    assert.equal(accepts({ disposable: [bad] }), false, bad);
  }
  for (const good of ["logs/*.jsonl", "a/*/b.txt"]) assert.equal(accepts({ compress: [good] }), true, good);
  for (const bad of ["*", "*/x", "../*", "logs/../*", "/etc/*", "logs/$(x)"]) {
    assert.equal(accepts({ compress: [bad] }), false, bad);
  }
});
