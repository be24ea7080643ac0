/**
 * Anthropic's messages: `POST /v1/messages`, streamed or whole.
 *
 * @module
 */

import { type Answer, newId, pause, pieces, type SentEvent } from "./exchange.ts";
import { type Reply, think, type Turn } from "./model.ts";
import type { Schema } from "./schema.ts";

type Block = { readonly type: string; readonly text?: string; readonly content?: string | readonly Block[] };

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly { readonly name: string; readonly input_schema?: Schema }[];
  readonly output_config?: { readonly format?: { readonly schema?: Schema } };
}

const USAGE = { input_tokens: 11, output_tokens: 7 };

/** Answers a request for a message. */
export async function messages(body: Body, folder: string): Promise<Answer> {
  const reply = think({
    turns: body.messages.flatMap(turnsOf),
    tools: (body.tools ?? []).flatMap(({ name, input_schema }) =>
      input_schema === undefined ? [] : [{ name, schema: input_schema }]
    ),
    form: body.output_config?.format?.schema,
    folder,
  });
  const block = "text" in reply
    ? { type: "text", text: reply.text }
    : { type: "tool_use", id: newId("toolu_"), name: reply.tool, input: reply.input };
  const message = {
    id: newId("msg_"),
    type: "message",
    role: "assistant",
    model: body.model ?? "model",
    content: [block],
    stop_reason: "text" in reply ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage: USAGE,
  };
  if (body.stream === true) return { stream: streamed(message, reply), waitMs: reply.waitMs };
  await pause(reply.waitMs);
  return { json: message };
}

/** Answers how many tokens a message has. */
export function countTokens(): Answer {
  return { json: { input_tokens: USAGE.input_tokens } };
}

function turnsOf({ role, content }: Body["messages"][number]): Turn[] {
  if (role === "assistant") return [{ by: "agent", text: textOf(content) }];
  // The agent's own remarks on the state of things may stand between.
  if (role !== "user") return [];
  const result = typeof content === "string" ? undefined : content.find(({ type }) => type === "tool_result");
  if (result !== undefined) return [{ by: "tool", text: textOf(result.content ?? "") }];
  return [{ by: "user", text: textOf(content).replace(/<system-reminder>[^]*?<\/system-reminder>/g, "") }];
}

function textOf(content: string | readonly Block[]): string {
  return typeof content === "string" ? content : content.map(({ text }) => text ?? "").join("\n");
}

function* streamed(message: { readonly content: readonly object[] }, reply: Reply): Iterable<SentEvent> {
  const event = (type: string, fields: object): SentEvent => ({ event: type, data: { type, ...fields } });
  yield event("message_start", {
    message: { ...message, content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } },
  });
  const empty = "text" in reply ? { text: "" } : { input: {} };
  yield event("content_block_start", { index: 0, content_block: { ...message.content[0], ...empty } });
  for (const piece of pieces("text" in reply ? reply.text : JSON.stringify(reply.input))) {
    const delta = "text" in reply
      ? { type: "text_delta", text: piece }
      : { type: "input_json_delta", partial_json: piece };
    yield event("content_block_delta", { index: 0, delta });
  }
  yield event("content_block_stop", { index: 0 });
  const stop = "text" in reply ? "end_turn" : "tool_use";
  yield event("message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage: USAGE });
  yield event("message_stop", {});
}
