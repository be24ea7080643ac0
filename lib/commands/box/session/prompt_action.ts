/**
 * `kanibako start --prompt`: the agent works on one text and ends.
 *
 * @module
 */

import { promptFromFile, promptFromInput, usablePrompt } from "../../../app/agent/prompt_text.ts";
import { type AgentResult, type AskedPrompt, requestOf, runPrompt } from "../../../app/agent/run_prompt.ts";
import type { FlagSettings } from "../../../config/settings.ts";
import type { Host } from "../../../config/system.ts";
import { json, warn } from "../../../host/ui/terminal.ts";
import { writeAll } from "../../../host/write_all.ts";
import type { ByteSink } from "../../../runtime/io.ts";
import { TerminalFilter } from "../../../terminal/filter.ts";
import type { Context } from "../../context.ts";
import { parseDuration, shownDuration } from "../../duration.ts";
import { INPUT, type PromptFlags } from "./prompt_flags.ts";
import type { SessionFlags } from "./session_flags.ts";
import { approving } from "./session_request.ts";

/** What `timeout` of coreutils ends with. */
const TIMED_OUT_CODE = 124;
/** What other programs end with when nobody reads their output any more. */
const SIGPIPE_CODE = 141;

/** Has the agent work on the text. Returns its exit code; 124 where the time limit ended it. */
export async function startPrompt(
  context: Context,
  flags: SessionFlags & PromptFlags,
  settings: FlagSettings,
  project: string | undefined,
): Promise<number> {
  const host = await context.host();
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration("--timeout", flags.timeout);
  const asked: AskedPrompt = {
    host,
    cwd: context.cwd,
    text: await textOf(host, context.cwd, flags),
    format: flags.json ? "readable" : flags.output ?? "text",
    flags: settings,
    words: context.rest,
    distinctAuth: flags.distinctAuth,
    changes: flags.json,
    ...(project === undefined || project === INPUT ? {} : { project }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  if (flags.plan) {
    const { planOnly } = await import("./plan_action.ts");
    return await planOnly(requestOf(asked), flags.json);
  }
  const outcome = await approving(host, () => work(asked, flags.json));
  if (flags.json) json(shown(outcome));
  if (!outcome.timedOut || flags.timeout === undefined) return outcome.code;
  warn(`The agent did not end within ${shownDuration(flags.timeout)}, and was stopped.`);
  return TIMED_OUT_CODE;
}

async function textOf(
  host: Host,
  cwd: string,
  { prompt, promptFile }: PromptFlags,
): Promise<string> {
  if (prompt !== undefined && prompt !== INPUT) return usablePrompt(prompt, "--prompt");
  if (promptFile !== undefined && promptFile !== INPUT) return await promptFromFile(host, promptFile, cwd);
  return await promptFromInput();
}

/** Has it work on this process's streams. `quiet`: what it prints is not shown. */
async function work(asked: AskedPrompt, quiet: boolean): Promise<AgentResult> {
  const unread = new AbortController();
  const outcome = await runPrompt({
    ...asked,
    ...(quiet ? {} : { stdout: ownStream(Deno.stdout, () => unread.abort()) }),
    stderr: ownStream(Deno.stderr, () => {}),
    signal: unread.signal,
    signals: true,
  });
  return unread.signal.aborted ? { ...outcome, code: SIGPIPE_CODE } : outcome;
}

/** A stream of this process. Where it is a terminal, what reaches it is text and colours. `gone`: nobody reads it any more. */
function ownStream(stream: typeof Deno.stdout | typeof Deno.stderr, gone: () => void): ByteSink {
  const filter = stream.isTerminal() ? new TerminalFilter({ clipboard: false, title: false }) : undefined;
  let isGone = false;
  return (bytes) => {
    if (isGone) return;
    try {
      writeAll(stream, filter?.pass(bytes) ?? bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      isGone = true;
      gone();
    }
  };
}

function shown(outcome: AgentResult): object {
  const { project, path, agent, version, code, timedOut, durationMs, text, error, session } = outcome;
  const { costUsd, inputTokens, outputTokens, truncated, changed } = outcome;
  return {
    project,
    path,
    agent,
    ...(version === undefined ? {} : { version }),
    exitCode: timedOut ? TIMED_OUT_CODE : code,
    timedOut,
    durationMs,
    text,
    ...(error === undefined ? {} : { error }),
    ...(session === undefined ? {} : { session }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(truncated ? { truncated } : {}),
    changed: changed?.files ?? null,
    ...(changed && changed.more > 0 ? { moreChanged: changed.more } : {}),
  };
}
