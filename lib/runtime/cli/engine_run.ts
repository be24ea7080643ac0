/**
 * Runs an engine's command on our own streams, and keeps the engine's own complaints apart from what the box says.
 *
 * A `run` or `exec` that fails does so before anything of the box has spoken, and its words begin in a way of their own. Such
 * a beginning is held back until it is clear whose words they are; everything else passes at once.
 *
 * @module
 */

import { attach, run } from "../../host/process.ts";
import type { Command } from "../engine.ts";
import { withoutNoise } from "./remedies.ts";
import { after, every } from "../../host/timer.ts";

/** How an engine's command ended. */
export interface EngineResult {
  /** The exit code; 125 is the engine's own failure, 126 and 127 that of starting the command. */
  readonly code: number;
  /** What the engine complained about; empty when the box's command ran. */
  readonly complaint: string;
  /** Whether the command is known to have begun, where it was asked to say so. */
  readonly begun?: boolean;
  /** The signal that told us to end, when one did. */
  readonly signal?: "SIGINT" | "SIGTERM" | "SIGHUP";
}

const COMPLAINT = /^(Error[: ]|docker: |time="|WARN\[|ERRO\[|\[conmon|Emulate Docker CLI)/;
/** What `enter.sh` says there when it is asked to. */
const BEGUN = "\u0001begun\n";
/** podman's words when nobody reads our output any more, where another program would end by SIGPIPE. */
const NO_READER = /^.*(write \/dev\/stdout: broken pipe|level=error msg="container not running").*\n?/gm;
const SIGPIPE_CODE = 141;
const HELD_BYTES = 64 * 1024;
/** How long such a beginning is held without asking whose it is. */
const HELD_MS = 1000;
/** How long a command may take to end once it has been told to in the box. */
const PASS_MS = 10_000;

/** The part of standard error that may be the engine's; released as soon as it cannot be. */
export class HeldErrors {
  /** Whether the box's script has said that the command begins. */
  begun = false;
  /** Whether the engine met the end of whoever read our output. */
  readerGone = false;
  #held = "";
  #released = false;
  readonly #write: (text: string) => void;
  readonly #untilBegun: boolean;

  /** `untilBegun`: the box's script says when the command begins, so that whatever comes before is the engine's. */
  constructor(write: (text: string) => void = writeError, untilBegun = false) {
    this.#write = write;
    this.#untilBegun = untilBegun;
  }

  /** Whether something is held back. */
  get holds(): boolean {
    return this.#held !== "";
  }

  /** Takes a piece of standard error. */
  push(piece: string): void {
    const text = piece.includes("write /dev/stdout: broken pipe") ? this.#withoutReader(piece) : piece;
    if (this.#released) return text === "" ? undefined : this.#write(text);
    this.#held += text;
    if (this.#held.includes(BEGUN)) {
      this.begun = true;
      this.#held = this.#held.replace(BEGUN, "");
      return this.release();
    }
    const lines = this.#held.split("\n");
    const ownWords = this.#untilBegun ||
      lines.every((line, index) =>
        line === "" || COMPLAINT.test(line) || (index > 0 && this.#held.startsWith("docker: ")) ||
        // A line that is not whole yet may still become one.
        (index === lines.length - 1 && line.length < 12)
      );
    if (!ownWords || this.#held.length > HELD_BYTES) this.release();
  }

  #withoutReader(text: string): string {
    this.readerGone = true;
    return text.replace(NO_READER, "");
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

/** What helps to tell an engine's words from the box's, and how signals travel. */
export interface AttachedRun {
  /** Tells, after a failure that reads like the engine's, whether the words were the box's all the same. */
  readonly ofBox?: () => boolean | Promise<boolean>;
  /** Tells, while the command runs, whether it is known to be the box's that speaks. */
  readonly begun?: () => boolean;
  /** The box's script was asked to say when the command begins: {@link EngineResult.begun}. */
  readonly saysBegun?: boolean;
  /**
   * Hands a signal to what the command runs, where its own process does not; that is only signalled when this does not end it,
   * or says `false`.
   */
  readonly pass?: (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => Promise<boolean | void>;
}

/** Runs a command on our own streams to its end. Signals reach it: SIGTERM and SIGHUP always, SIGINT when no terminal sends it. */
export async function runAttached(command: Command, options: AttachedRun = {}): Promise<EngineResult> {
  const { ofBox, pass, begun } = options;
  const held = new HeldErrors(writeError, options.saysBegun);
  const child = attach(command.argv, {
    env: command.env,
    captureStderr: true,
    onOutput: (text) => held.push(text),
  });
  const terminal = Deno.stdin.isTerminal();
  const passing: Promise<void>[] = [];
  const timers: (() => void)[] = [];
  let signal: EngineResult["signal"];
  const forward = (received: "SIGINT" | "SIGTERM" | "SIGHUP") => () => {
    // A terminal sends SIGINT to the whole group: the engine has it already.
    if (received === "SIGINT" && terminal) return;
    signal ??= received;
    if (!pass) return child.kill(received);
    passing.push(pass(received).then((arrived) => arrived === false ? child.kill(received) : undefined));
    timers.push(after(PASS_MS, () => child.kill(received)));
  };
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = forward(signal);
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  // Words that only began like the engine's are not kept from the user for as long as the command runs.
  const stopAsking = begun && every(HELD_MS, () => held.holds && begun() && held.release());
  try {
    const ended = await child.exit;
    stopAsking?.();
    await child.stderr;
    await Promise.all(passing);
    const code = held.readerGone ? SIGPIPE_CODE : ended;
    return {
      code,
      begun: held.begun,
      complaint: await held.settle(code, ofBox),
      ...(signal ? { signal } : {}),
    };
  } finally {
    stopAsking?.();
    for (const remove of handlers) remove();
    for (const cancel of timers) cancel();
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
