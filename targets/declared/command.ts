/**
 * An agent's command line by its declaration.
 *
 * @module
 */

import { asks, mentions, settingValue } from "../settings.ts";
import type { AgentArguments, AgentCommand, TargetSetting } from "../target.ts";
import type { Declaration } from "./schema.ts";

/** The setting every agent has that lets a user choose its model. */
export function modelSetting(agent: Declaration): TargetSetting | undefined {
  const { model, model_env: variable } = agent.command ?? {};
  if (!model && !variable) return undefined;
  const how = model
    ? `as \`${agent.entrypoint ?? agent.name} ${model[0]}\` takes it`
    : `as ${variable} takes it`;
  return {
    key: "model",
    description: `the model, ${how}; empty: the agent's own default`,
    default: "",
    choices: [],
  };
}

/** The words and variables for a run. */
export function commandOf(agent: Declaration, request: AgentArguments): AgentCommand {
  const { extra } = request;
  const { args, env } = wordsAndVariables(agent, request);
  const chosen = mentions(extra, agent.command?.chooses?.conversation ?? []);
  const words = chosen || isAnswer(agent, extra) ? [] : conversationWords(agent, request);
  return { args: [...words, ...args, ...extra], env };
}

/** What decides how it works, whatever it works on: whether it asks, its model, its own settings. */
export function wordsAndVariables(
  agent: Declaration,
  request: AgentArguments,
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { extra } = request;
  const declared = agent.command ?? {};
  const { chooses = {} } = declared;
  const args: string[] = [...declared.always ?? []];
  const env: Record<string, string> = {};
  if (!asks(request) && !mentions(extra, chooses.access ?? [])) {
    args.push(...declared.autonomous ?? []);
    Object.assign(env, declared.autonomous_env);
  }
  const setting = modelSetting(agent);
  const model = setting ? settingValue(setting, request) : "";
  if (model !== "" && !mentions(extra, chooses.model ?? [])) {
    args.push(...(declared.model ?? []).map((word) => word.replaceAll("{model}", model)));
    if (declared.model_env) env[declared.model_env] = model;
  }
  for (const { variable, ...setting } of agent.setting ?? []) {
    const value = settingValue({ ...setting, choices: setting.choices ?? [] }, request);
    if (variable && value !== "") env[variable] = value;
  }
  return { args, env };
}

function conversationWords(
  agent: Declaration,
  { conversation, hasConversation }: AgentArguments,
): readonly string[] {
  const { new: fresh = [], continue: last = fresh, pick = last } = agent.command ?? {};
  if (conversation === "resume") return pick;
  return conversation === "continue" && hasConversation ? last : fresh;
}

/** Whether the user's words are no conversation: it prints something and ends. */
function isAnswer(agent: Declaration, words: readonly string[]): boolean {
  const { commands = [], answers = [] } = agent.command ?? {};
  return commands.includes(words[0] ?? "") || mentions(words, answers);
}

/** As {@link isAnswer}, where a command of its own may be a conversation after all. */
export function answersOf(agent: Declaration, words: readonly string[]): boolean {
  return isAnswer(agent, words) && !(agent.command?.conversations ?? []).includes(words[0] ?? "");
}

/** Whether it shows that there is nothing to continue. */
export function hasNothing(agent: Declaration, screen: string): boolean {
  const shown = screen.toLowerCase();
  return (agent.command?.nothing ?? []).some((words) => shown.includes(words.toLowerCase()));
}
