/**
 * A command that a script runs in a box.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { after } from "../host/timer.ts";
import type { ByteSink, Io } from "../runtime/io.ts";
import { type CalledBox, callInto } from "../run/call_in.ts";
import type { BoxSignal, Exec, ExecOutcome } from "../runtime/runtime.ts";
import { BoundedOutput } from "./bounded_output.ts";

/** How a command is run. */
export interface ExecOptions {
  /** The working directory in the box; relative to the workspace. Default: the workspace. */
  readonly cwd?: string;
  /** Variables for this command alone. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. Default: empty. */
  readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** Ends the command after so many milliseconds: SIGTERM, then SIGKILL. */
  readonly timeoutMs?: number;
  /** Ends the command when it fires, in the same way. */
  readonly signal?: AbortSignal;
  /** Most bytes of each stream that a result keeps. Default: 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Is given each piece of output as it comes, beside what is kept. */
  readonly onOutput?: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
}

/** How a command ended. */
export interface ExecResult {
  /** The exit code; 128 + N where signal N ended it. */
  readonly code: number;
  /** Standard output, as bytes. Empty where it was read as a stream. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** Standard error, as bytes. Empty where it was read as a stream. */
  readonly stderr: Uint8Array<ArrayBuffer>;
  /** Whether output beyond the limit was dropped from the middle. */
  readonly truncated: boolean;
  /** Whether the time limit ended it. */
  readonly timedOut: boolean;
}

const DEFAULT_OUTPUT_BYTES = 64 * 1024 * 1024;
/** A command that was asked to end is killed after this long, and given up after twice as long. */
const END_MS = 5000;

/**
 * A running command. Await it for its result, or read its streams as they come:
 * whichever stream is not read is kept for the result.
 */
export class BoxCommand implements PromiseLike<ExecResult> {
  readonly #call: Exec;
  readonly #result: Promise<ExecResult>;
  readonly #out: Output;
  readonly #err: Output;

  /** Use `Box.exec`. */
  constructor(
    into: CalledBox,
    call: { readonly box: string; readonly name: string },
    argv: readonly string[],
    options: ExecOptions,
    workdir: string | undefined,
  ) {
    const limit = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
    const { onOutput, timeoutMs } = options;
    if (timeoutMs !== undefined && !(timeoutMs >= 0 && timeoutMs <= Number.MAX_SAFE_INTEGER)) {
      throw new KanibakoError("bad-value", `Cannot limit a command to ${timeoutMs} milliseconds.`, {
        hint: "Give 0 or more, or nothing for no limit.",
      });
    }
    if (options.signal?.aborted) {
      throw new KanibakoError("aborted", `The command ${argv[0] ?? ""} was cancelled before it ran.`);
    }
    this.#out = new Output(limit, onOutput && ((chunk) => onOutput(chunk, "stdout")));
    this.#err = new Output(limit, onOutput && ((chunk) => onOutput(chunk, "stderr")));
    const io: Io = {
      kind: "streams",
      ...(options.stdin === undefined ? {} : { stdin: streamOf(options.stdin) }),
      stdout: this.#out.sink,
      stderr: this.#err.sink,
    };
    this.#call = callInto(into, {
      box: call.box,
      kind: "command",
      argv,
      env: options.env ?? {},
      ...(workdir === undefined ? {} : { workdir }),
    }, io);
    this.#result = this.#run(call.name, options);
    // Whoever never asks for the result gets no unhandled rejection.
    this.#result.catch(() => {});
  }

  /** Standard output as it comes. Reading slowly makes the command wait. */
  get stdout(): ReadableStream<Uint8Array> {
    return this.#out.stream();
  }

  /** Standard error as it comes. Reading slowly makes the command wait. */
  get stderr(): ReadableStream<Uint8Array> {
    return this.#err.stream();
  }

  /**
   * The result. Rejects with `exec` or `not-running` when the command did not run, and with the error of an input or a
   * listener that failed, which ends the command. A non-zero exit code is a result.
   */
  result(): Promise<ExecResult> {
    return this.#result;
  }

  /** Standard output as text, once the command has ended. Throws `failed` for an exit code other than 0. */
  async text(): Promise<string> {
    const { code, stdout, stderr } = await this.#result;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (code !== 0) {
      throw new KanibakoError("failed", `The command ended with exit code ${code}.`, {
        output: decode(stderr),
      });
    }
    return decode(stdout);
  }

  /** Sends a signal. No error when the command has ended. */
  kill(signal: BoxSignal = "SIGTERM"): Promise<void> {
    return this.#call.signal(signal);
  }

  /** Makes `await command` give its result. */
  then<A = ExecResult, B = never>(
    fulfilled?: ((value: ExecResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(fulfilled, rejected);
  }

  async #run(name: string, { timeoutMs, signal }: ExecOptions): Promise<ExecResult> {
    let timedOut = false;
    const timers: (() => void)[] = [];
    const end = () => {
      void this.#call.signal("SIGTERM");
      timers.push(after(END_MS, () => void this.#call.signal("SIGKILL")));
      timers.push(after(2 * END_MS, () => this.#call.abandon()));
    };
    if (timeoutMs !== undefined) {
      timers.push(after(timeoutMs, () => {
        timedOut = true;
        end();
      }));
    }
    signal?.addEventListener("abort", end, { once: true });
    let outcome: ExecOutcome;
    try {
      outcome = await this.#call.outcome;
    } finally {
      for (const cancel of timers) cancel();
      signal?.removeEventListener("abort", end);
      await Promise.all([this.#out.end(), this.#err.end()]);
    }
    if (outcome.kind === "not-running") {
      throw new KanibakoError("not-running", `The box ${name} is not running.`);
    }
    return {
      code: outcome.code,
      stdout: this.#out.kept.bytes(),
      stderr: this.#err.kept.bytes(),
      truncated: this.#out.kept.droppedBytes > 0 || this.#err.kept.droppedBytes > 0,
      timedOut,
    };
  }
}

/** One stream of a command: kept, or passed on once somebody has asked for it. */
class Output {
  kept: BoundedOutput;
  readonly #limit: number;
  #pipe: TransformStream<Uint8Array, Uint8Array> | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #ended = false;

  readonly #report: ((chunk: Uint8Array) => void) | undefined;

  constructor(limit: number, report: ((chunk: Uint8Array) => void) | undefined) {
    this.kept = new BoundedOutput(limit);
    this.#limit = limit;
    this.#report = report;
  }

  readonly sink: ByteSink = async (chunk) => {
    this.#report?.(chunk);
    if (!this.#writer) return this.kept.push(chunk);
    // A reader that has gone away does not end the command.
    await this.#writer.write(chunk.slice()).catch(() => {});
  };

  stream(): ReadableStream<Uint8Array> {
    if (!this.#pipe) {
      this.#pipe = new TransformStream();
      this.#writer = this.#pipe.writable.getWriter();
      this.#writer.closed.catch(() => {});
      const before = this.kept.bytes();
      this.kept = new BoundedOutput(this.#limit);
      if (before.length > 0) void this.#writer.write(before).catch(() => {});
      if (this.#ended) void this.#writer.close().catch(() => {});
    }
    return this.#pipe.readable;
  }

  async end(): Promise<void> {
    this.#ended = true;
    // Not awaited: nobody may ever read to the end.
    void this.#writer?.close().catch(() => {});
    await Promise.resolve();
  }
}

function streamOf(input: string | Uint8Array | ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  if (input instanceof ReadableStream) return input;
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}
