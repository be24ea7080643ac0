/**
 * An agent that works on one text and ends, rather than to hold a session: what is asked of it, and where its answer goes.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { enumerated } from "../host/ui/text.ts";
import type { ByteSink, Io } from "../runtime/io.ts";
import type { BoxSignal } from "../runtime/runtime.ts";
import type {
  AgentArguments,
  AgentInstall,
  OutputFormat,
  PromptCommand,
  Target,
} from "../../targets/target.ts";

/** A text for an agent. */
export interface Prompt {
  readonly text: string;
  /** The form of its output; `readable`: one of which this program finds out what came of it, where the agent has one. */
  readonly format: OutputFormat | "readable";
  /** Take what the agent says. */
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  /** Whether the signals that this process receives are passed on to the agent. */
  readonly signals: boolean;
  /** Is called once the agent works. */
  begun(agent: PromptedAgent): void;
}

/** An agent that works on a text. */
export interface PromptedAgent {
  readonly target: Target;
  readonly install: AgentInstall;
  /** The form of its output. */
  readonly format: OutputFormat;
  /** Passes a signal on to it. Never rejects: it may have ended. */
  signal(signal: BoxSignal): Promise<void>;
  /** The value of a variable of its box; absent where that is not known. */
  variable?(name: string): string | undefined;
  /** Gives it up, where it is one of several things that run in the box. */
  abandon?(): void;
}

/** The form in which an agent is asked for its output. Throws `no-prompt` and `no-output-form`. */
function formatOf(
  { displayName, name, prompting }: Target,
  { format }: Pick<Prompt, "format">,
): OutputFormat {
  if (!prompting) {
    throw new KanibakoError("no-prompt", `${displayName} cannot work on one prompt and end.`, {
      hint: [
        `Its declaration says nothing of that: kanibako crab info ${name}`,
        "Or use another agent: --crab NAME",
      ],
    });
  }
  if (format === "readable") return prompting.readable ?? "text";
  if (prompting.formats.includes(format)) return format;
  throw new KanibakoError("no-output-form", `${displayName} has no output of the form ${format}.`, {
    hint: [`It has: ${enumerated(prompting.formats)}.`, "The same for every agent: --json"],
    exitCode: 2,
  });
}

/** The command line for a text. Throws as {@link formatOf}, and `prompt-too-long`. */
export function promptCommand(target: Target, prompt: Prompt, how: AgentArguments): PromptCommand {
  const format = formatOf(target, prompt);
  return target.prompting!.command({ ...how, text: prompt.text, format });
}

/** Says that an agent works on a text, and how it can be ended. */
export function promptBegun(
  prompt: Prompt,
  { target, install }: { readonly target: Target; readonly install: AgentInstall },
  more: Pick<PromptedAgent, "signal" | "abandon" | "variable">,
): void {
  prompt.begun({ target, install, format: formatOf(target, prompt), ...more });
}

/** The streams of an agent that works on a text. Where that is among its words, standard input is empty. */
export function promptStreams({ stdout, stderr }: Prompt, input: string | undefined): Io {
  const streams = { kind: "streams", stdout, stderr } as const;
  if (input === undefined) return streams;
  return {
    ...streams,
    // A start may take several tries, each of which gives away what it was given.
    get stdin() {
      return new Blob([input]).stream();
    },
  };
}
