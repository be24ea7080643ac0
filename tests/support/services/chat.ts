/**
 * OpenAI's chat completions, which most providers speak: `POST /v1/chat/completions`, streamed or whole.
 *
 * @module
 */

import { type Answer, newId, pause, pieces, type SentEvent } from "./exchange.ts";
import { think, type Turn } from "./model.ts";
import type { Schema } from "./schema.ts";

interface Message {
  readonly role: string;
  readonly content?: string | readonly { readonly text?: string }[] | null;
}

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function?: { readonly name: string; readonly parameters?: Schema } }[];
  readonly response_format?: { readonly json_schema?: { readonly schema?: Schema } };
}

const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** Answers a request for a completion. */
export async function completions(body: Body, folder: string): Promise<Answer> {
  const reply = think({
    turns: body.messages.flatMap(turnsOf),
    tools: (body.tools ?? []).flatMap(({ function: tool }) =>
      tool === undefined ? [] : [{ name: tool.name, schema: tool.parameters ?? {} }]
    ),
    form: body.response_format?.json_schema?.schema,
    folder,
  });
  const head = {
    id: newId("chatcmpl-"),
    created: Math.floor(Date.now() / 1000),
    model: body.model ?? "model",
  };
  const call = "text" in reply
    ? undefined
    : { id: newId("call_"), type: "function", name: reply.tool, arguments: JSON.stringify(reply.input) };
  const text = "text" in reply ? reply.text : null;
  if (body.stream === true) return { stream: streamed(head, text, call), waitMs: reply.waitMs };
  await pause(reply.waitMs);
  const tool_calls = call && [{
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }];
  const message = { role: "assistant", content: text, ...(tool_calls ? { tool_calls } : {}) };
  const finish_reason = call === undefined ? "stop" : "tool_calls";
  return {
    json: {
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason }],
      usage: USAGE,
    },
  };
}

/** Answers which models there are. */
export function models(): Answer {
  const ids = ["test-model", "gpt-5", "gpt-5-mini", "qwen3-coder-plus"];
  return {
    json: {
      object: "list",
      data: ids.map((id) => ({ id, object: "model", created: 0, owned_by: "test" })),
    },
  };
}

function turnsOf({ role, content }: Message): Turn[] {
  const by = { user: "user", assistant: "agent", tool: "tool" }[role] as Turn["by"] | undefined;
  if (by === undefined) return [];
  const text = typeof content === "string"
    ? content
    : (content ?? []).map((part) => part.text ?? "").join("\n");
  return [{ by, text }];
}

function* streamed(
  head: object,
  text: string | null,
  call: { id: string; name: string; arguments: string } | undefined,
): Iterable<SentEvent> {
  const chunk = (delta: object, finish_reason: string | null, more: object = {}): SentEvent => ({
    data: {
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    },
  });
  if (call === undefined) {
    yield chunk({ role: "assistant", content: "" }, null);
    for (const content of pieces(text ?? "")) yield chunk({ content }, null);
    yield chunk({}, "stop");
  } else {
    const begun = { index: 0, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
    yield chunk({ role: "assistant", content: null, tool_calls: [begun] }, null);
    for (const piece of pieces(call.arguments)) {
      yield chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }, null);
    }
    yield chunk({}, "tool_calls");
  }
  yield { data: { ...head, object: "chat.completion.chunk", choices: [], usage: USAGE } };
  yield { data: "[DONE]" };
}
