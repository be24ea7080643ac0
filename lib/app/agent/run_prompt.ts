/**
 * Has the agent of a project work on one text, in its box, until it ends.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { after } from "../../host/timer.ts";
import { locateProject } from "../../project/locate.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import type { ByteSink } from "../../runtime/io.ts";
import type { SessionRequest } from "../../session/gather.ts";
import { open } from "../../session/open.ts";
import type { StandIn } from "../../session/stand_in.ts";
import type { Prompt, PromptedAgent } from "../../session/prompt.ts";
import { info } from "../../spec/ui.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { seenInHome } from "../crab/home_login.ts";
import { BoundedOutput } from "../bounded_output.ts";
import { type ChangedFiles, changedFiles, lookAtFiles } from "./changed_files.ts";

/** Most bytes that are kept of what an agent prints. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** The same of its standard error. */
const KEPT_ERROR_BYTES = 256 * 1024;
/** As much of its standard error says what went wrong. */
const ERROR_CHARACTERS = 2000;
/** An agent that was asked to end is killed after this long, and given up after twice as long. */
const END_MS = 5000;

/** A text, and what is asked of the agent that works on it. */
export interface AskedPrompt {
  readonly host: Host;
  readonly cwd: string;
  /** A folder or a project's name; `cwd` when absent. */
  readonly project?: string;
  /** The box is no project's own: what stands in its place. */
  readonly standIn?: StandIn;
  readonly text: string;
  /** The form of its output; `readable`: one of which this program finds out what came of it. */
  readonly format: Prompt["format"];
  readonly flags: FlagSettings;
  /** Further words for the agent. */
  readonly words: readonly string[];
  readonly engine?: string;
  /** For a new project: the box does not use the host's login. */
  readonly distinctAuth?: boolean;
  /** How long it may work, in milliseconds. */
  readonly timeoutMs?: number;
  /** Ends it when it fires. */
  readonly signal?: AbortSignal;
  /** Whether to find out which files it changed. */
  readonly changes: boolean;
  /** Are given what it prints, as it comes. */
  readonly stdout?: ByteSink;
  readonly stderr?: ByteSink;
  /** Whether the signals that this process receives are passed on to the agent. Default: false. */
  readonly signals?: boolean;
}

/** What came of a text. What the agent says of itself is its own claim. */
export interface AgentResult {
  /** The project's name, as it is found from everywhere. */
  readonly project: string;
  /** Its folder. */
  readonly path: string;
  /** The agent's id. */
  readonly agent: string;
  /** Its version, where the installation says so. */
  readonly version?: string;
  /** The agent's exit code; 128 + N where signal N ended it. */
  readonly code: number;
  /** Whether the time limit ended it. */
  readonly timedOut: boolean;
  /** How long it worked, in milliseconds. */
  readonly durationMs: number;
  /** Its answer, where its output says so; else all it printed. */
  readonly text: string;
  /** What went wrong: as its output says, or the end of its standard error where it failed. */
  readonly error?: string;
  /** The id by which the agent finds the conversation again. */
  readonly session?: string;
  /** What it cost in US dollars, where the agent says so. */
  readonly costUsd?: number;
  /** Tokens that the model was given, where the agent says so. */
  readonly inputTokens?: number;
  /** Tokens that it gave. */
  readonly outputTokens?: number;
  /** All it printed. */
  readonly output: string;
  /** What it printed to standard error, of more than 256 KiB the beginning and the end. */
  readonly stderr: string;
  /** Whether output beyond 16 MiB was dropped from the middle. */
  readonly truncated: boolean;
  /** The files that it changed; absent where that was not asked for, or there are too many files to look at. */
  readonly changed?: ChangedFiles;
}

/**
 * Has it work on the text. A failing agent is an outcome. Throws `no-agent`, `agent-missing`, `no-prompt`, `no-output-form`, `running`
 * where the box runs in a way that does not go with it, `aborted` for a signal that has fired already, and what starting a box throws.
 */
export async function runPrompt(asked: AskedPrompt): Promise<AgentResult> {
  const { host, project: word, cwd, signal } = asked;
  if (signal?.aborted) throw new KanibakoError("aborted", "The prompt was cancelled before it ran.");
  const project = asked.standIn?.project ?? await locateProject(host, word, cwd);
  const before = asked.changes ? lookAtFiles(project) : undefined;
  const output = new BoundedOutput(KEPT_BYTES);
  const errors = new BoundedOutput(KEPT_ERROR_BYTES);
  const working = new Working(asked);
  try {
    const opened = await open(
      requestOf(asked, {
        stdout: kept(output, asked.stdout),
        stderr: kept(errors, asked.stderr),
        begun: (agent) => working.begin(agent),
      }),
      "attached",
    );
    if (opened.kind !== "ended") throw new Error("an agent that goes on after its text");
    const worked = working.end();
    const after = before && lookAtFiles(project);
    if (opened.code !== 0) await noteNoLogin(host, project, working.agent);
    return {
      project: qualifiedName(project),
      path: project.path,
      code: opened.code,
      ...worked,
      ...said(working.agent, opened.code, output, errors),
      ...(before && after ? { changed: changedFiles(before, after) } : {}),
    };
  } finally {
    working[Symbol.dispose]();
  }
}

/** Says where an agent that failed has no login, since its own words are those of a machine on which it can be asked for one. */
async function noteNoLogin(host: Host, project: Project, { target, variable }: PromptedAgent): Promise<void> {
  if (!variable) return;
  const { loggedIn } = await target.authStatus({ ...seenInHome(project.home), variable });
  if (loggedIn) return;
  info(host.ui, "hint", {
    text: `${target.displayName} has no login in this box. To log in: kanibako crab reauth ${
      shellQuote(qualifiedName(project))
    }`,
  });
}

/** The request for a session that it comes to. Without streams it is one to look at. */
export function requestOf(
  asked: AskedPrompt,
  streams: Pick<Prompt, "stdout" | "stderr" | "begun"> = NOWHERE,
): SessionRequest {
  const { host, cwd, flags, words, project, engine, distinctAuth, text, format, standIn, signals = false } =
    asked;
  return {
    host,
    cwd,
    kind: "agent",
    flags,
    words,
    prompt: { text, format, signals, ...streams },
    ...(project === undefined ? {} : { project }),
    ...(standIn === undefined ? {} : { standIn }),
    ...(engine === undefined ? {} : { engine }),
    ...(distinctAuth === undefined ? {} : { distinctAuth }),
  };
}

const NOWHERE = { stdout: () => {}, stderr: () => {}, begun: () => {} };

function kept(output: BoundedOutput, sink: ByteSink | undefined): ByteSink {
  return (bytes) => {
    output.push(bytes);
    return sink?.(bytes);
  };
}

/** What its output says. */
function said(
  agent: PromptedAgent,
  code: number,
  output: BoundedOutput,
  errors: BoundedOutput,
): Pick<
  AgentResult,
  "agent" | "version" | "text" | "output" | "stderr" | "truncated" | "error" | "session" | "costUsd"
> {
  const { target, install, format } = agent;
  const decode = (kept: BoundedOutput) => new TextDecoder().decode(kept.bytes());
  const [printed, stderr] = [decode(output), decode(errors)];
  const prompting = target.prompting!;
  const answer = format === prompting.readable ? prompting.read(printed) : {};
  const failed = code === 0 ? "" : stderr.trim().slice(-ERROR_CHARACTERS);
  const error = answer.error ?? (failed === "" ? undefined : failed);
  return {
    agent: target.name,
    ...(install.version === undefined ? {} : { version: install.version }),
    ...answer,
    text: answer.text ?? (format === "text" ? printed.trimEnd() : ""),
    ...(error === undefined ? {} : { error }),
    output: printed,
    stderr,
    truncated: output.droppedBytes > 0,
  };
}

/** An agent at work, and what may end it. */
class Working implements Disposable {
  readonly #asked: AskedPrompt;
  readonly #timers: (() => void)[] = [];
  #agent: PromptedAgent | undefined;
  #begunAt = 0;
  #timedOut = false;

  constructor(asked: AskedPrompt) {
    this.#asked = asked;
  }

  begin(agent: PromptedAgent): void {
    const { timeoutMs, signal } = this.#asked;
    // A box that ended before it took the call is started, and the agent begins once more.
    this[Symbol.dispose]();
    this.#agent = agent;
    this.#begunAt = Date.now();
    if (timeoutMs !== undefined) {
      this.#timers.push(after(timeoutMs, () => {
        this.#timedOut = true;
        this.#stop();
      }));
    }
    const stop = () => this.#stop();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    this.#timers.push(() => signal?.removeEventListener("abort", stop));
  }

  /** The agent. It has begun where its box has ended. */
  get agent(): PromptedAgent {
    return this.#agent!;
  }

  end(): { readonly timedOut: boolean; readonly durationMs: number } {
    return { timedOut: this.#timedOut, durationMs: Date.now() - this.#begunAt };
  }

  #stop(): void {
    const agent = this.agent;
    void agent.signal("SIGTERM");
    this.#timers.push(after(END_MS, () => void agent.signal("SIGKILL")));
    this.#timers.push(after(2 * END_MS, () => agent.abandon?.()));
  }

  [Symbol.dispose](): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}
