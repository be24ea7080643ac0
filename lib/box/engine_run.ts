/**
 * Runs an engine's command on our own streams, and keeps the engine's own complaints apart from what the box says.
 *
 * A `run` or `exec` that fails does so before anything of the box has spoken, and its words begin in a way of their own. Such
 * a beginning is held back until it is clear whose words they are; everything else passes at once.
 *
 * @module
 */

import { attach, run } from "../host/process.ts";
import type { Command } from "../engine/engine.ts";
import { withoutNoise } from "../engine/remedies.ts";

/** How an engine's command ended. */
export interface EngineResult {
  /** The exit code; 125 is the engine's own failure, 126 and 127 that of starting the command. */
  readonly code: number;
  /** What the engine complained about; empty when the box's command ran. */
  readonly complaint: string;
}

const COMPLAINT = /^(Error[: ]|docker: |time="|WARN\[|ERRO\[|\[conmon|Emulate Docker CLI)/;
const HELD_BYTES = 64 * 1024;

/** The part of standard error that may be the engine's; released as soon as it cannot be. */
export class HeldErrors {
  #held = "";
  #released = false;
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void = writeError) {
    this.#write = write;
  }

  /** Takes a piece of standard error. */
  push(text: string): void {
    if (this.#released) return this.#write(text);
    this.#held += text;
    const lines = this.#held.split("\n");
    const ownWords = lines.every((line, index) =>
      line === "" || COMPLAINT.test(line) || (index > 0 && this.#held.startsWith("docker: ")) ||
      // A line that is not whole yet may still become one.
      (index === lines.length - 1 && line.length < 12)
    );
    if (!ownWords || this.#held.length > HELD_BYTES) this.release();
  }

  /** Everything held so far was the box's. */
  release(): void {
    this.#released = true;
    const text = withoutNoise(this.#held);
    this.#held = "";
    if (text) this.#write(text);
  }

  /** What is held when the command has ended: the engine's complaint, or the box's words after all when `ofBox` says so. */
  async settle(code: number, ofBox: () => boolean | Promise<boolean> = () => false): Promise<string> {
    const complaint = withoutNoise(this.#held).trim();
    if (complaint && !this.#released && code !== 0 && !await ofBox()) {
      this.#held = "";
      return complaint;
    }
    this.release();
    return "";
  }
}

/**
 * Runs a command on our own streams to its end. Signals reach it: SIGTERM and SIGHUP always, SIGINT when no terminal sends it.
 * `ofBox` tells, after a failure that reads like the engine's, whether the words were the box's all the same.
 */
export async function runAttached(
  command: Command,
  ofBox?: () => boolean | Promise<boolean>,
): Promise<EngineResult> {
  const held = new HeldErrors();
  const child = attach(command.argv, {
    env: command.env,
    captureStderr: true,
    onOutput: (text) => held.push(text),
  });
  const terminal = Deno.stdin.isTerminal();
  const forward = (signal: Deno.Signal) => () => {
    // A terminal sends SIGINT to the whole group: the engine has it already.
    if (signal !== "SIGINT" || !terminal) child.kill(signal);
  };
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = forward(signal);
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  try {
    const code = await child.exit;
    await child.stderr;
    return { code, complaint: await held.settle(code, ofBox) };
  } finally {
    for (const remove of handlers) remove();
  }
}

/** Runs a command that starts a detached container; its output is the engine's own. */
export async function runDetached(command: Command): Promise<EngineResult> {
  const result = await run(command.argv, { env: command.env });
  return {
    code: result.code,
    complaint: result.code === 0
      ? ""
      : withoutNoise(result.stderr + result.stdout).trim() || "no reason was given",
  };
}

function writeError(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
}
