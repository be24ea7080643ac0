/**
 * One command in a box of its own, for a script.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath } from "../../host/path.ts";
import { after } from "../../host/timer.ts";
import type { BoxSignal } from "../../runtime/runtime.ts";
import { BoundedOutput } from "../bounded_output.ts";
import { reporting } from "../box.ts";
import { type BoxOptions, flagsOf } from "../box_options.ts";
import type { RunResult } from "../box.ts";
import { newKept } from "./keep.ts";
import { runCommand } from "./run.ts";

/** How {@link Kanibako.run} runs a command. What is not said follows the configuration. */
export interface RunOnceOptions extends BoxOptions {
  /** A template that says which image and settings: a name, or the path of a TOML file. */
  readonly template?: string;
  /** The path of an agentkernel.toml that says which image and settings. */
  readonly config?: string;
  /** Whether the project around the current folder is mounted: `auto` where a box may have it, `must` or an error. Default: `auto`. */
  readonly project?: "auto" | "must" | "none";
  /** Whether the box stays, stopped, under the name in the result. Default: no. */
  readonly keep?: boolean;
  /** Text for standard input. Default: empty. */
  readonly input?: string;
  /** Is given each piece of output as it comes. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /** Ends the command after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Ends the command when it fires, or cancels the start. */
  readonly signal?: AbortSignal;
}

/** What a command in a box of its own came to. */
export interface RunOnceResult extends RunResult {
  /** The image that it ran in. */
  readonly image: string;
  /** Why that one, in sentences. */
  readonly why: readonly string[];
  /** The name of the box, where it was to be kept. */
  readonly kept?: string;
}

const KEPT_BYTES = 64 * 1024 * 1024;
/** So long after SIGTERM comes SIGKILL. */
const END_MS = 2000;

/** Runs it. A failing command is a result. Throws `no-command`, `aborted` for a signal that fired before it began, and what keeps a box from starting. */
export async function runOnce(
  host: Host,
  cwd: string,
  argv: readonly string[],
  options: RunOnceOptions,
): Promise<RunOnceResult> {
  const { template, config, project, keep, input, onOutput, timeoutMs, signal, engine } = options;
  if (argv[0] === undefined || argv[0] === "") {
    throw new KanibakoError("no-command", "There is no command to run.");
  }
  const aborted = () => new KanibakoError("aborted", "The command was cancelled before it began.");
  if (signal?.aborted) throw aborted();
  const [stdout, stderr] = [new BoundedOutput(KEPT_BYTES), new BoundedOutput(KEPT_BYTES)];
  const report = onOutput && reporting(onOutput);
  const take = (into: BoundedOutput, stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
    into.push(bytes);
    report?.(bytes, stream);
  };
  const ending: (() => void)[] = [];
  try {
    const result = await runCommand({
      host,
      cwd: await Deno.realPath(cwd),
      argv,
      flags: flagsOf(options),
      mounted: project ?? "auto",
      ...(engine === undefined ? {} : { engine }),
      ...(template === undefined
        ? {}
        : { template: /[/]|\.toml$/.test(template) ? absolutePath(template, cwd) : template }),
      ...(config === undefined ? {} : { config: absolutePath(config, cwd) }),
      ...(keep ? newKept() : {}),
      ...(signal ? { signal } : {}),
      output: {
        ...(input === undefined ? {} : { stdin: () => new Blob([input]).stream() }),
        stdout: take(stdout, "stdout"),
        stderr: take(stderr, "stderr"),
      },
      passesNoSignals: true,
      begun: (command) => ending.push(...endingOf((name) => void command.signal(name), timeoutMs, signal)),
    });
    const { code, image, taken, kept } = result;
    const text = (bytes: BoundedOutput) => new TextDecoder().decode(bytes.bytes());
    return {
      code,
      stdout: text(stdout),
      stderr: text(stderr),
      ...(stdout.droppedBytes + stderr.droppedBytes > 0 ? { truncated: true } : {}),
      image,
      why: taken.why,
      ...(kept === undefined ? {} : { kept }),
    };
  } finally {
    for (const cancel of ending) cancel();
  }
}

/** What ends a command that has begun; each answer takes one of them back. */
function endingOf(
  send: (signal: BoxSignal) => void,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): (() => void)[] {
  const cancels: (() => void)[] = [];
  const end = () => {
    send("SIGTERM");
    cancels.push(after(END_MS, () => send("SIGKILL")));
  };
  if (timeoutMs !== undefined) cancels.push(after(timeoutMs, end));
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end, { once: true });
  return [() => signal?.removeEventListener("abort", end), () => cancels.forEach((cancel) => cancel())];
}
