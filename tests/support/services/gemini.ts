/**
 * Google's Gemini, with a key (`/v1beta/models/NAME:generateContent`) and as those who log in get it (`/v1internal:generateContent`).
 *
 * @module
 */

import { type Answer, pause, pieces, type SentEvent } from "./exchange.ts";
import { think, type Turn } from "./model.ts";
import type { Schema } from "./schema.ts";

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly functionResponse?: { readonly response?: unknown };
}

interface Body {
  readonly contents?: readonly { readonly role?: string; readonly parts?: readonly Part[] }[];
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly {
      readonly name: string;
      readonly parameters?: Schema;
      readonly parametersJsonSchema?: Schema;
    }[];
  }[];
  readonly generationConfig?: {
    readonly responseJsonSchema?: Schema;
    readonly responseSchema?: Schema;
    readonly responseMimeType?: string;
  };
}

const USAGE = { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 };

/** Answers a request: `method` is what stands behind the colon of its path. `internal`: for those who log in. */
export async function gemini(
  method: string,
  request: unknown,
  internal: boolean,
  folder: string,
): Promise<Answer> {
  const body = (internal ? (request as { request?: Body }).request : request as Body) ?? {};
  const wrap = (response: object) => internal ? { response } : response;
  switch (method) {
    case "generateContent":
    case "streamGenerateContent": {
      const reply = think({ ...read(body), folder });
      const whole = "text" in reply
        ? pieces(reply.text).map((text) => ({ text }))
        : [{ functionCall: { name: reply.tool, args: reply.input } }];
      if (method === "streamGenerateContent") return { stream: streamed(whole, wrap), waitMs: reply.waitMs };
      await pause(reply.waitMs);
      const parts = "text" in reply ? [{ text: reply.text }] : whole;
      return { json: wrap(candidate(parts, true)) };
    }
    case "countTokens":
      return { json: { totalTokens: 11 } };
    case "loadCodeAssist":
      return {
        json: {
          currentTier: { id: "free-tier", name: "Free", userDefinedCloudaicompanionProject: false },
          cloudaicompanionProject: "test-project",
          allowedTiers: [{ id: "free-tier", name: "Free", isDefault: true }],
        },
      };
    case "onboardUser":
      return { json: { done: true, response: { cloudaicompanionProject: { id: "test-project" } } } };
    default:
      return { json: {} };
  }
}

function read({ contents = [], tools = [], generationConfig = {} }: Body) {
  const { responseJsonSchema, responseSchema, responseMimeType } = generationConfig;
  return {
    turns: contents.map(({ role, parts = [] }): Turn => {
      const result = parts.find(({ functionResponse }) => functionResponse !== undefined);
      if (result !== undefined) {
        return { by: "tool", text: JSON.stringify(result.functionResponse?.response ?? "") };
      }
      return {
        by: role === "model" ? "agent" : "user",
        text: parts.map(({ text }) => text ?? "").join("\n"),
      };
    }),
    tools: tools.flatMap(({ functionDeclarations = [] }) =>
      functionDeclarations.map(({ name, parameters, parametersJsonSchema }) => ({
        name,
        schema: parametersJsonSchema ?? parameters ?? {},
      }))
    ),
    form: responseMimeType === "application/json" ? responseJsonSchema ?? responseSchema ?? {} : undefined,
  };
}

function candidate(parts: readonly object[], last: boolean): object {
  const content = { role: "model", parts };
  return {
    candidates: [{ index: 0, content, ...(last ? { finishReason: "STOP" } : {}) }],
    usageMetadata: USAGE,
    modelVersion: "test-model",
  };
}

function* streamed(parts: readonly object[], wrap: (response: object) => object): Iterable<SentEvent> {
  for (const [at, part] of parts.entries()) yield { data: wrap(candidate([part], at === parts.length - 1)) };
}
