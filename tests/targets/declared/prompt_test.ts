import assert from "node:assert/strict";
import { BUILTIN, builtin } from "../../../targets/builtin.ts";
import { findTarget } from "../../../targets/discover.ts";
import { promptingOf } from "../../../targets/declared/prompt.ts";
import type { PromptArguments } from "../../../targets/target.ts";

const TEXT = "--allow-all $& $(id) {prompt}";
const ASKED: PromptArguments = {
  secure: false,
  conversation: "new",
  hasConversation: true,
  settings: {},
  extra: ["--more"],
  text: TEXT,
  format: "text",
};

for (const name of BUILTIN) {
  Deno.test(`${name} works on one text, which is no word of its command line`, () => {
    const { args, input } = findTarget(name).prompting!.command(ASKED);
    assert.equal(input, TEXT);
    assert.equal(args.at(-1), "--more");
    assert.ok(!args.some((word) => word.includes("$(id)")), String(args));
  });
}

Deno.test("a prompt asks where the agent is to ask, and takes its model", () => {
  const prompting = findTarget("claude").prompting!;
  const words = (more: Partial<PromptArguments>) => prompting.command({ ...ASKED, extra: [], ...more }).args;
  assert.deepEqual(words({}).slice(0, 2), ["--print", "--dangerously-skip-permissions"]);
  assert.deepEqual(words({ secure: true, settings: { model: "opus" } }), ["--print", "--model", "opus"]);
  assert.deepEqual(words({ format: "json", secure: true }), ["--print", "--output-format", "json"]);
});

Deno.test("a prompt continues the last conversation where it is asked to and there is one", () => {
  const words = (name: string, hasConversation: boolean) =>
    findTarget(name).prompting!.command({
      ...ASKED,
      extra: [],
      secure: true,
      conversation: "continue",
      hasConversation,
    })
      .args;
  assert.deepEqual(words("claude", true), ["--continue", "--print"]);
  assert.deepEqual(words("claude", false), ["--print"]);
  const codex = words("codex", true).slice(0, 5);
  assert.deepEqual(codex, ["exec", "--skip-git-repo-check", "resume", "--last", "-"]);
  assert.deepEqual(words("opencode", true), ["run", "--continue"]);
  assert.deepEqual(words("gemini", true), ["--resume", "latest"]);
});

Deno.test("a text that is to be a word of the command line is one word, whatever it is", () => {
  const own = promptingOf({
    name: "own",
    title: "Own",
    install: "none",
    command: { prompt: ["run", "--text={prompt}", "--"] },
  })!;
  assert.deepEqual(own.command({ ...ASKED, extra: [] }), {
    args: ["run", `--text=${TEXT}`, "--"],
    env: {},
  });
  assert.throws(() => own.command({ ...ASKED, text: "ü".repeat(66_000) }), { code: "prompt-too-long" });
  assert.throws(() => own.command({ ...ASKED, text: "a\0b" }), { code: "bad-prompt" });
  assert.equal(own.readable, undefined);
});

/** What the real programs print, shortened. */
const OUTPUTS: Readonly<Record<string, readonly [output: string, answer: object]>> = {
  claude: [
    `{"type":"result","is_error":false,"result":"Hi.","session_id":"s1","total_cost_usd":0.5,
      "modelUsage":{"claude-opus-4-8[1m]":{"inputTokens":10,"outputTokens":5},"b":{"inputTokens":1,"outputTokens":2}}}`,
    { text: "Hi.", session: "s1", costUsd: 0.5, inputTokens: 11, outputTokens: 7 },
  ],
  codex: [
    `{"type":"thread.started","thread_id":"s1"}
     {"type":"item.completed","item":{"type":"error","message":"Model metadata not found."}}
     not a line of it
     {"type":"item.completed","item":{"type":"agent_message","text":"First."}}
     {"type":"item.completed","item":{"type":"agent_message","text":"Hi."}}
     {"type":"turn.completed","usage":{"input_tokens":10,"output_tokens":5}}`,
    { text: "Hi.", session: "s1", inputTokens: 10, outputTokens: 5 },
  ],
  gemini: [
    `{"session_id":"s1","response":"Hi.","stats":{"models":{"a":{"tokens":{"prompt":10,"candidates":5}}}}}`,
    { text: "Hi.", session: "s1", inputTokens: 10, outputTokens: 5 },
  ],
  opencode: [
    `{"type":"text","sessionID":"s1","part":{"type":"text","text":"Hi."}}
     {"type":"step_finish","sessionID":"s1","part":{"tokens":{"input":10,"output":5},"cost":0.25}}
     {"type":"step_finish","sessionID":"s1","part":{"tokens":{"input":1,"output":1},"cost":0.25}}`,
    { text: "Hi.", session: "s1", costUsd: 0.5, inputTokens: 11, outputTokens: 6 },
  ],
  qwen: [
    `[{"type":"system","session_id":"s1"},{"type":"assistant","session_id":"s1","message":{"usage":{"input_tokens":9}}},
      {"type":"result","session_id":"s1","is_error":false,"result":"Hi.","usage":{"input_tokens":20,"output_tokens":10}}]`,
    { text: "Hi.", session: "s1", inputTokens: 20, outputTokens: 10 },
  ],
  copilot: [
    `{"type":"assistant.message","data":{"content":"Hi."}}
     {"type":"result","sessionId":"s1","exitCode":0}`,
    { text: "Hi.", session: "s1" },
  ],
};

for (const [name, [output, answer]] of Object.entries(OUTPUTS)) {
  Deno.test(`what ${name} says came of a text is found in its output`, () => {
    assert.deepEqual(findTarget(name).prompting!.read(output), answer);
  });
}

Deno.test("a declaration of one's own says where its answer is, as its page shows", () => {
  const own = promptingOf({
    name: "own",
    title: "Own",
    install: "none",
    command: {
      prompt: ["--print"],
      prompt_continue: ["--continue", "--print"],
      formats: { "json": ["--format", "json"] },
      result: [
        { what: "text", at: "message.content", when: { type: "answer" } },
        { what: "output", at: "usage.*.output_tokens", all: true },
      ],
    },
  })!;
  const output = JSON.stringify([
    { type: "thought", message: { content: "Hm." } },
    { type: "answer", message: { content: "Yes." }, usage: [{ output_tokens: 1 }, { output_tokens: 2 }] },
    { type: "thought", usage: { more: { output_tokens: 4 } } },
  ]);
  assert.deepEqual(own.read(output), { text: "Yes.", outputTokens: 7 });
  assert.deepEqual([own.formats, own.readable], [["text", "json"], "json"]);
});

Deno.test("output that is not what it should be says nothing, and breaks nothing", () => {
  const { read } = findTarget("claude").prompting!;
  const hostile = [
    "",
    "null",
    "[[[",
    `{"type":"result","is_error":false,"result":{"a":1},"total_cost_usd":"9"}`,
    `{"type":"result","is_error":false,"total_cost_usd":-1}`,
    `{"__proto__":{"type":"result","result":"x","is_error":false}}`,
    "[".repeat(100_000),
  ];
  for (const output of hostile) assert.deepEqual(read(output), {}, output.slice(0, 80));
});

Deno.test("the declarations that say where their answer is have a form of output to say it in", () => {
  for (const name of BUILTIN) {
    const declares = (builtin(name).command?.result ?? []).length > 0;
    assert.equal(findTarget(name).prompting!.readable !== undefined, declares, name);
  }
});
