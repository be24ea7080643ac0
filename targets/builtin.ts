/**
 * The agents this program brings along. Each is read when it is first asked for.
 *
 * @module
 */

import { parse } from "../lib/host/toml.ts";
import aider from "./aider/agent.toml" with { type: "text" };
import claude from "./claude/agent.toml" with { type: "text" };
import codex from "./codex/agent.toml" with { type: "text" };
import copilot from "./copilot/agent.toml" with { type: "text" };
import type { Declaration } from "./declared/schema.ts";
import gemini from "./gemini/agent.toml" with { type: "text" };
import goose from "./goose/agent.toml" with { type: "text" };
import opencode from "./opencode/agent.toml" with { type: "text" };
import qwen from "./qwen/agent.toml" with { type: "text" };

/** In the order in which one is looked for when none is set. */
const TEXTS: Readonly<Record<string, string>> = {
  ...{ claude, codex, gemini, opencode, qwen, copilot, goose, aider },
};

/** The names of those agents, in the order in which one is looked for when none is set. */
export const BUILTIN: readonly string[] = Object.keys(TEXTS);

/** The declaration of one of them, which a test has checked. */
export function builtin(name: string): Declaration {
  const text = TEXTS[name]!;
  // The built program has them as JSON.
  return (text.startsWith("{") ? JSON.parse(text) : parse(text)) as Declaration;
}
