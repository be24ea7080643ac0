/**
 * The options of `start` with which an agent works on one text and ends.
 *
 * @module
 */

import { UsageError } from "../../../host/error.ts";
import { choice, type OptionsFor, text } from "../../command.ts";
import type { SessionFlags } from "./session_flags.ts";

/** What the options say. */
export interface PromptFlags {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly output?: "text" | "json" | "stream-json";
  readonly timeout?: string;
}

/** Their declarations. */
export const promptOptions: OptionsFor<PromptFlags> = {
  prompt: text("TEXT", "Have the agent work on this text, print its answer and end; -: read standard input"),
  promptFile: text("FILE", "The same with the text of a file"),
  output: choice(["text", "json", "stream-json"], "With a prompt: the form of the agent's own output"),
  timeout: text("TIME", "With a prompt: stop the agent after 90s, 10m, 2h"),
};

/** What stands for a prompt on standard input where a project could be named. */
export const INPUT = "-";

/** Whether there is a prompt. Throws a usage error for options that do not go together. */
export function asksPrompt(flags: SessionFlags & PromptFlags, project: string | undefined): boolean {
  const given = flags.prompt !== undefined || flags.promptFile !== undefined;
  const fromInput = project === INPUT;
  if (given && fromInput) throw new UsageError("- reads a prompt, and there is one already.");
  if (!given && !fromInput) {
    for (const name of ["output", "timeout"] as const) {
      if (flags[name] !== undefined) throw new UsageError(`--${name} requires --prompt or --prompt-file.`);
    }
    return false;
  }
  const { record, entrypoint } = flags;
  if (record !== undefined) refuse("--record", "there is no session to record");
  if (entrypoint !== undefined) refuse("--entrypoint", "that runs a program instead of an agent");
  const { persistent, resume } = flags as { readonly persistent?: boolean; readonly resume?: boolean };
  if (persistent) refuse("--persistent", "the agent ends with its answer");
  if (resume) refuse("--resume", "nobody is there to choose. For the latest conversation: --continue");
  if (flags.json && flags.output !== undefined) {
    refuse("--json", "that is this program's own form, and --output is the agent's", "--output");
  }
  return true;
}

function refuse(option: string, why: string, other = "a prompt"): never {
  throw new UsageError(`${option} and ${other} cannot be used together: ${why}.`);
}
