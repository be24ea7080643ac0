/**
 * The agent of a project in a script's hands: it works on one text at a time, in the project's box.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import type { OutputFormat } from "../../../targets/target.ts";
import { type BoxOptions, flagsOf } from "../box_options.ts";
import type { AgentResult } from "./run_prompt.ts";

/** Which agent, and what its box is to be like. What is not said follows the configuration. */
export interface AgentOptions extends BoxOptions {
  /** The agent's id, such as `claude`. */
  readonly crab?: string;
  /** The model, as the agent names it. */
  readonly model?: string;
  /** Whether it has to ask before it acts. As nobody answers, it then does only what needs no question. */
  readonly secure?: boolean;
}

/** A text for an agent, and how it works on it. */
export interface AgentRun {
  /** The text. */
  readonly prompt: string;
  /** Go on with the latest conversation of this box. Default: a new one. */
  readonly continue?: boolean;
  /** Further words of the agent's own command line. */
  readonly args?: readonly string[];
  /** Ends the agent after so many milliseconds: SIGTERM, then SIGKILL. */
  readonly timeoutMs?: number;
  /** Ends it when it fires, in the same way. */
  readonly signal?: AbortSignal;
  /**
   * The form of the agent's output, where a script reads that itself; the result's `text` is only found in it where it is `text`.
   * Default: the one in which the agent says most of what came of it.
   */
  readonly output?: OutputFormat;
  /** Whether to look for the files that it changed. Default: true. */
  readonly changes?: boolean;
  /** Is given each piece of output as it comes. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
}

/** The agent of a project. It starts nothing before {@link Agent.run}. */
export interface Agent {
  /**
   * Has it work on a text to its end: in a box of its own run, or beside the session where the box runs. An agent that fails is a
   * result. Throws `bad-prompt`, `no-agent`, `agent-missing`, `no-prompt` and `no-output-form` where the agent cannot, `aborted`, and
   * `running` where what runs in the box does not go with the options.
   */
  run(options: AgentRun): Promise<AgentResult>;
}

/** The agent of a project of this user's. */
export class ProjectAgent implements Agent {
  readonly #open: () => Promise<{ readonly host: Host; readonly cwd: string }>;
  readonly #project: string | undefined;
  readonly #options: AgentOptions;

  /** `open`: gives what a run takes, when it takes it. */
  constructor(
    open: () => Promise<{ readonly host: Host; readonly cwd: string }>,
    project: string | undefined,
    options: AgentOptions,
  ) {
    this.#open = open;
    this.#project = project;
    this.#options = options;
  }

  /** As {@link Agent.run}. */
  async run(options: AgentRun): Promise<AgentResult> {
    const { prompt, args = [], timeoutMs, signal, output = "readable", changes = true, onOutput } = options;
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
      throw new KanibakoError("bad-value", `Cannot limit an agent to ${timeoutMs} milliseconds.`, {
        hint: "Give a number above 0, below 24 days; or nothing for no limit.",
      });
    }
    const [{ runPrompt }, { usablePrompt }] = await Promise.all([
      import("./run_prompt.ts"),
      import("./prompt_text.ts"),
    ]);
    const { engine } = this.#options;
    return await runPrompt({
      ...await this.#open(),
      text: usablePrompt(prompt, "`prompt`"),
      format: output,
      flags: agentFlags(this.#options, options.continue === true),
      words: args,
      changes,
      ...(this.#project === undefined ? {} : { project: this.#project }),
      ...(engine === undefined ? {} : { engine }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal ? { signal } : {}),
      ...(onOutput ? { stdout: decoding(onOutput, "stdout"), stderr: decoding(onOutput, "stderr") } : {}),
    });
  }
}

/** The options as the command line would say them. */
function agentFlags(options: AgentOptions, goesOn: boolean): FlagSettings {
  const { crab, model, secure, ...box } = options;
  return {
    ...flagsOf(box),
    ...(crab === undefined ? {} : { crab }),
    ...(model === undefined ? {} : { model }),
    ...(secure === undefined ? {} : { autonomous: !secure }),
    ...(goesOn ? { startMode: "continue" } : {}),
  };
}

/** Text of pieces, so that no character is cut. */
function decoding(
  report: (text: string, stream: "stdout" | "stderr") => void,
  stream: "stdout" | "stderr",
): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== "") report(text, stream);
  };
}
