// The stand-ins of agents' services: each protocol, streamed, with a call of a tool.

import assert from "node:assert/strict";
import { hostServices, servicesProgram } from "../support/services/start.ts";

const PROMPT = 'Please write a.txt saying "hello".';
const SCHEMA = {
  type: "object",
  properties: { path: { type: "string" }, content: { type: "string" }, why: { type: "string" } },
  required: ["path", "content", "why"],
};
const INPUT = { path: "/work/a.txt", content: "hello\n", why: "a test" };

/** Asks twice, the second time with the tool's result: the events of both. */
async function ask(url: string, first: object, second: object): Promise<[string, string]> {
  const events = async (body: object) => {
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    assert.equal(answer.status, 200);
    return await answer.text();
  };
  return [await events(first), await events(second)];
}

/** The texts that stand at a key, joined. */
function joined(events: string, key: string): string {
  return [...events.matchAll(new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*")`, "g"))]
    .map(([, text]) => JSON.parse(text!)).join("");
}

Deno.test("Anthropic's messages call a tool, then say what it said", async () => {
  await using services = await hostServices("/work");
  const tools = [{ name: "Write", input_schema: SCHEMA }];
  const user = { role: "user", content: [{ type: "text", text: PROMPT }] };
  const called = { role: "assistant", content: [{ type: "tool_use", id: "1", name: "Write", input: {} }] };
  const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: "written" }] };
  const [call, text] = await ask(
    `${services.url}/v1/messages`,
    { stream: true, tools, messages: [user] },
    { stream: true, tools, messages: [user, called, result] },
  );
  assert.deepEqual(JSON.parse(joined(call, "partial_json")), INPUT);
  assert.match(call, /"stop_reason":"tool_use"/);
  assert.match(text, /"text":"Done: writte"/);
  assert.match(text, /"stop_reason":"end_turn"/);
});

Deno.test("OpenAI's responses call a tool, then say what it said", async () => {
  await using services = await hostServices("/work");
  const tools = [{ type: "function", name: "write", parameters: SCHEMA }];
  const user = { role: "user", content: [{ type: "input_text", text: PROMPT }] };
  const result = { type: "function_call_output", call_id: "1", output: "written" };
  const [call, text] = await ask(
    `${services.url}/v1/responses`,
    { stream: true, tools, input: [user] },
    { stream: true, tools, input: [user, result] },
  );
  const done = call.split("\n").find((line) => line.includes('"response.output_item.done"'))!;
  assert.deepEqual(JSON.parse(JSON.parse(done.slice("data: ".length)).item.arguments), INPUT);
  assert.match(joined(text, "delta"), /^Done: written/);
});

Deno.test("chat completions call a tool, then say what it said", async () => {
  await using services = await hostServices("/work");
  const tools = [{ type: "function", function: { name: "write_file", parameters: SCHEMA } }];
  const user = { role: "user", content: PROMPT };
  const [call, text] = await ask(
    `${services.url}/v1/chat/completions`,
    { stream: true, tools, messages: [user] },
    {
      stream: true,
      tools,
      messages: [user, { role: "assistant", content: null }, { role: "tool", content: "written" }],
    },
  );
  assert.deepEqual(JSON.parse(joined(call, "arguments")), INPUT);
  assert.match(joined(text, "content"), /^Done: written/);
  assert.match(text, /data: \[DONE\]\n/);
});

Deno.test("Gemini calls a tool, then says what it said", async () => {
  await using services = await hostServices("/work");
  const tools = [{ functionDeclarations: [{ name: "write_file", parametersJsonSchema: SCHEMA }] }];
  const user = { role: "user", parts: [{ text: PROMPT }] };
  const result = { role: "user", parts: [{ functionResponse: { response: { output: "written" } } }] };
  const body = { tools, contents: [user] };
  const [call, text] = await ask(
    `${services.url}/v1beta/models/test:streamGenerateContent?alt=sse`,
    body,
    { tools, contents: [user, { role: "model", parts: [] }, result] },
  );
  assert.deepEqual(
    JSON.parse(call.slice("data: ".length)).candidates[0].content.parts[0].functionCall.args,
    INPUT,
  );
  assert.match(joined(text, "text"), /^Done: \{"output":"written"\}/);
  const inside = await fetch(`${services.url}/v1internal:generateContent`, {
    method: "POST",
    body: JSON.stringify({ request: { contents: [user] } }),
  });
  assert.match((await inside.json()).response.candidates[0].content.parts[0].text, /I have heard it/);
});

Deno.test("what was said before is known in the conversation that goes on, and in no other", async () => {
  await using services = await hostServices("/work");
  const ask = async (...said: string[]) => {
    const messages = [...said, "what did I say?"].map((content) => ({ role: "user", content }));
    const answer = await fetch(`${services.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({ messages }),
    });
    return (await answer.json()).content[0].text;
  };
  assert.equal(await ask('remember "apple"', 'write a saying "pear"'), "You said: apple, pear.");
  assert.equal(await ask(), "You said: nothing.");
});

Deno.test("a token renews a login once, and an expired login is refused", async () => {
  await using services = await hostServices("/work");
  const renew = (body: BodyInit) => fetch(`${services.url}/v1/oauth/token`, { method: "POST", body });
  const first = await renew(JSON.stringify({ grant_type: "refresh_token", refresh_token: "r1" }));
  const { access_token, refresh_token } = await first.json();
  assert.match(access_token, /^renewed-access-/);
  assert.equal((await renew(new URLSearchParams({ refresh_token: "r1" }))).status, 400);
  assert.equal((await renew(new URLSearchParams({ refresh_token }))).status, 200);
  const asked = await fetch(`${services.url}/v1/models`, { headers: { authorization: "Bearer expired-1" } });
  assert.equal(asked.status, 401);
  assert.equal((await fetch(`${services.url}/v1/models`)).status, 200);
  assert.deepEqual(services.log.map(({ status }) => status), [200, 400, 200, 401, 200]);
});

Deno.test("the stand-ins are one file that needs nothing but Node", async () => {
  const imports = (await servicesProgram()).match(/^import .*/gm) ?? [];
  assert.ok(imports.length > 0);
  for (const line of imports) assert.match(line, / from "node:/);
  assert.doesNotMatch(await servicesProgram(), /\bDeno\./);
});
