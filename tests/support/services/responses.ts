/**
 * OpenAI's responses: `POST /v1/responses`, streamed or whole.
 *
 * @module
 */

import { type Answer, newId, pause, pieces, type SentEvent } from "./exchange.ts";
import { think, type Turn } from "./model.ts";
import type { Schema } from "./schema.ts";

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly text?: string }[];
  readonly output?: unknown;
}

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly input: string | readonly Item[];
  readonly tools?: readonly { readonly type: string; readonly name?: string; readonly parameters?: Schema }[];
  readonly text?: { readonly format?: { readonly schema?: Schema } };
}

/** Answers a request for a response. */
export async function responses(body: Body, folder: string): Promise<Answer> {
  const reply = think({
    turns: typeof body.input === "string" ? [{ by: "user", text: body.input }] : body.input.flatMap(turnsOf),
    tools: (body.tools ?? []).flatMap(({ type, name, parameters }) =>
      type === "function" && name !== undefined && parameters !== undefined
        ? [{ name, schema: parameters }]
        : []
    ),
    form: body.text?.format?.schema,
    folder,
  });
  const part = (text: string) => ({ type: "output_text", text, annotations: [] });
  const item = "text" in reply
    ? {
      type: "message",
      id: newId("msg_"),
      role: "assistant",
      status: "completed",
      content: [part(reply.text)],
    }
    : {
      type: "function_call",
      id: newId("fc_"),
      call_id: newId("call_"),
      name: reply.tool,
      arguments: JSON.stringify(reply.input),
      status: "completed",
    };
  const response = {
    id: newId("resp_"),
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status: "completed",
    model: body.model ?? "model",
    output: [item],
    parallel_tool_calls: false,
    tool_choice: "auto",
    tools: [],
    usage: {
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 18,
    },
  };
  if (body.stream === true) return { stream: streamed(response, item), waitMs: reply.waitMs };
  await pause(reply.waitMs);
  return { json: response };
}

function turnsOf(item: Item): Turn[] {
  if (item.type?.endsWith("_call_output")) {
    const { output } = item;
    return [{ by: "tool", text: typeof output === "string" ? output : JSON.stringify(output) }];
  }
  if (item.role !== "user" && item.role !== "assistant") return [];
  const { content = "" } = item;
  const text = typeof content === "string" ? content : content.map((part) => part.text ?? "").join("\n");
  return [{ by: item.role === "user" ? "user" : "agent", text }];
}

interface Output {
  readonly type: string;
  readonly id: string;
  readonly arguments?: string;
  readonly content?: readonly { readonly text: string }[];
}

function* streamed(response: object, item: Output): Iterable<SentEvent> {
  let number = 0;
  const event = (type: string, fields: object): SentEvent => ({
    event: type,
    data: { type, sequence_number: number++, ...fields },
  });
  const at = { item_id: item.id, output_index: 0 };
  const begun = { ...response, status: "in_progress", output: [], usage: null };
  yield event("response.created", { response: begun });
  yield event("response.in_progress", { response: begun });
  const started = item.content === undefined
    ? { ...item, status: "in_progress", arguments: "" }
    : { ...item, status: "in_progress", content: [] };
  yield event("response.output_item.added", { output_index: 0, item: started });
  if (item.content === undefined) {
    for (const delta of pieces(item.arguments ?? "")) {
      yield event("response.function_call_arguments.delta", { ...at, delta });
    }
    yield event("response.function_call_arguments.done", { ...at, arguments: item.arguments });
  } else {
    const [part] = item.content;
    const here = { ...at, content_index: 0 };
    yield event("response.content_part.added", { ...here, part: { ...part, text: "" } });
    for (const delta of pieces(part?.text ?? "")) {
      yield event("response.output_text.delta", { ...here, delta, logprobs: [] });
    }
    yield event("response.output_text.done", { ...here, text: part?.text, logprobs: [] });
    yield event("response.content_part.done", { ...here, part });
  }
  yield event("response.output_item.done", { output_index: 0, item });
  yield event("response.completed", { response });
}
