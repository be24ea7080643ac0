/**
 * What stands in for a model: it does what the prompt says word by word, so that a test decides by its prompts what an agent does.
 *
 * - `write NAME saying "TEXT"`: calls the agent's tool that writes a file
 * - `run <COMMAND>`: calls its shell
 * - `call <TOOL JSON>`: calls the tool of that name with these arguments
 * - `wait N seconds`: answers that much later
 * - `what did I say?`: answers what earlier prompts of this conversation had behind `saying` and `remember`, in quotes
 *
 * An agent without tools that asks for file listings, as Aider does, gets one. Several of the first three are done one after the other. At last it answers with text, which says what was done.
 *
 * @module
 */

import { exampleOf, type Schema } from "./schema.ts";

/** A turn of a conversation, however a service writes it. */
export interface Turn {
  readonly by: "user" | "agent" | "tool";
  readonly text: string;
}

/** A tool that the agent offers. */
export interface Tool {
  readonly name: string;
  readonly schema: Schema;
}

/** What the model says: text, or one call of a tool. */
export type Reply =
  & { readonly waitMs: number }
  & ({ readonly text: string } | { readonly tool: string; readonly input: Record<string, unknown> });

/** What is asked of it. */
export interface Question {
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  /** Where the answer has to be JSON: its form. */
  readonly form?: Schema | undefined;
  /** The folder of files whose name is not a whole path. */
  readonly folder: string;
}

// Some agents put the whole prompt into quotes.
const QUOTED = String.raw`\\?"([^"\\]*)\\?"`;
const DO = new RegExp(String.raw`write (\S+) saying ${QUOTED}|run <([^>]*)>|call <(\S+) ([^>]*)>`, "gi");
const SAID = new RegExp(`(?:saying|remember) ${QUOTED}`, "gi");

/** Answers. */
export function think({ turns, tools, form, folder }: Question): Reply {
  const last = turns.findLastIndex(({ by, text }) => by === "user" && text !== "");
  const prompt = turns[last]?.text ?? "";
  const waitMs = 1000 * Number(/wait (\d+) seconds/i.exec(prompt)?.[1] ?? 0);
  if (form !== undefined) return { waitMs: 0, text: JSON.stringify(exampleOf(form)) };
  const results = turns.slice(last + 1).filter(({ by }) => by === "tool");
  const wanted = tools.length === 0 ? [] : [...prompt.matchAll(DO)];
  const listed = prompt.includes("*file listing*") ? new RegExp(DO, "i").exec(prompt) : null;
  if (listed?.[1] !== undefined) return { waitMs, text: `${listed[1]}\n\`\`\`\n${listed[2]}\n\`\`\`` };
  const next = wanted[results.length];
  if (next !== undefined) {
    const [, file = "", text = "", command, tool, input = "{}"] = next;
    const call = tool !== undefined
      ? tools.some(({ name }) => name === tool) ? { tool, input: JSON.parse(input) } : undefined
      : command !== undefined
      ? runs(tools, command)
      : writes(tools, file.startsWith("/") ? file : `${folder}/${file}`, text);
    return call === undefined ? { waitMs, text: "There is no tool for that." } : { waitMs, ...call };
  }
  if (/what did I say/i.test(prompt)) {
    const said = turns.slice(0, last).filter(({ by }) => by === "user")
      .flatMap(({ text }) => [...text.matchAll(SAID)].map(([, words]) => words));
    return { waitMs, text: `You said: ${said.join(", ") || "nothing"}.` };
  }
  const outcome = results.length === 0 ? "I have heard it" : `Done: ${results.at(-1)!.text.slice(0, 300)}`;
  return { waitMs, text: `${outcome}. That was all.` };
}

type Call = { readonly tool: string; readonly input: Record<string, unknown> };

function writes(tools: readonly Tool[], path: string, text: string): Call | undefined {
  const tool = named(tools, /^(write|write_?file|create|create_?file)$/i);
  if (tool === undefined) {
    const quote = (words: string) => `'${words.replaceAll("'", `'\\''`)}'`;
    return runs(tools, `printf '%s\\n' ${quote(text)} >${quote(path)}`);
  }
  return call(tool, (name) => {
    if (/path|file_?name/i.test(name)) return path;
    if (/content|text/i.test(name)) return `${text}\n`;
    return undefined;
  });
}

function runs(tools: readonly Tool[], command: string): Call | undefined {
  const tool = named(tools, /^(bash|shell|shell_command|exec_command|run_shell_command|developer__shell)$/i);
  return tool && call(tool, (name, { type }) => {
    if (!/^(command|cmd)$/.test(name)) return undefined;
    return type === "array" ? ["bash", "-c", command] : command;
  });
}

function named(tools: readonly Tool[], name: RegExp): Tool | undefined {
  return tools.find((tool) => name.test(tool.name));
}

/** A call with what `value` gives for each field; others that must be there get some value. */
function call(tool: Tool, value: (name: string, schema: Schema) => unknown): Call {
  const input: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(tool.schema.properties ?? {})) {
    const given = value(name, schema) ??
      (tool.schema.required?.includes(name) ? exampleOf(schema) : undefined);
    if (given !== undefined) input[name] = given;
  }
  return { tool: tool.name, input };
}
