/**
 * A box in a script's hands: it lives until it is closed, and no longer than the script.
 *
 * @module
 */

import { checkUsersVariable } from "../config/env.ts";
import { KanibakoError } from "../host/error.ts";
import { maskedPlan } from "../plan/masked.ts";
import type { Project } from "../project/project.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import type { BoxCommand, ExecOptions } from "./box_command.ts";
import type { BoxReport, ReportOptions } from "./project/report.ts";
import { BoxFiles } from "./box_files.ts";
import { type AskPorts, BoxPorts } from "./box_ports.ts";

/** How {@link Box.run} runs a command. */
export interface RunOptions {
  /** Text for standard input. Default: empty. */
  readonly input?: string;
  /** Variables for this command alone. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory in the box; relative to the workspace. */
  readonly cwd?: string;
  /** Is given each piece of output as it comes. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /** Ends the command after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Ends the command when it fires. */
  readonly signal?: AbortSignal;
}

/** What a command came to, as text. */
export interface RunResult {
  /** The exit code; 128 + N where signal N ended it. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
  /** Present when output beyond 64 MiB was dropped from the middle. */
  readonly truncated?: true;
}

const RUN_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What a {@link Box} is made from. */
export interface BoxParts {
  /** For messages. */
  readonly name: string;
  /** The project it belongs to. */
  readonly project?: Project;
  /** What it was given. */
  readonly plan: BoxSpec;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Calls a command into it. `workdir`: absolute. */
  call(argv: readonly [string, ...string[]], options: ExecOptions, workdir: string | undefined): BoxCommand;
  /** Asks whoever listens for its ports. */
  readonly askPorts: AskPorts;
  /** What it left that this machine will run; absent where it belongs to no project. */
  report?(options: ReportOptions): Promise<BoxReport>;
  /** Ends it, and waits until it is gone. */
  close(): Promise<void>;
}

/** An open box. Close it, or declare it with `await using`. */
export class Box implements AsyncDisposable {
  /** The project it belongs to; `undefined` for a scratch box. */
  readonly project: Project | undefined;
  /** What it was given, secrets masked. */
  readonly spec: BoxSpec;
  /** Files in the box. Relative paths are relative to the workspace. */
  readonly files: BoxFiles;
  /** Ports of the box that this machine listens for. */
  readonly ports: BoxPorts;
  readonly #parts: BoxParts;
  #closed: Promise<void> | undefined;

  /** Use `Kanibako.box` or `Kanibako.scratch`. */
  constructor(parts: BoxParts) {
    this.project = parts.project;
    this.spec = maskedPlan(parts.plan);
    this.#parts = parts;
    this.files = new BoxFiles((argv, exec) => this.exec(argv, exec));
    this.ports = new BoxPorts((question) => {
      if (this.#closed) throw new KanibakoError("closed", `The box ${parts.name} is closed.`);
      return parts.askPorts(question);
    });
  }

  /** Resolves when the box has ended, whoever ended it. */
  get ended(): Promise<void> {
    return this.#parts.ended;
  }

  /**
   * Runs a command. Await it for its result, or read its streams. A non-zero exit code is a result; `exec` and `not-running` mean that
   * the command did not run. Throws `closed`, `aborted` for a signal that has fired already, and `bad-value`.
   */
  exec(argv: readonly [string, ...string[]], options: ExecOptions = {}): BoxCommand {
    if (this.#closed) throw new KanibakoError("closed", `The box ${this.#parts.name} is closed.`);
    const { cwd } = options;
    for (const [name, value] of Object.entries(options.env ?? {})) checkUsersVariable(name, value);
    const workdir = cwd === undefined || cwd.startsWith("/") ? cwd : `${this.spec.workdir}/${cwd}`;
    return this.#parts.call(argv, options, workdir);
  }

  /** Runs a command to its end, with text in and text out. */
  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
    const { input, onOutput, env, cwd, timeoutMs, signal } = options;
    if (this.#closed) throw new KanibakoError("closed", `The box ${this.#parts.name} is closed.`);
    const command = this.exec(argv, {
      ...(input === undefined ? {} : { stdin: input }),
      ...(env ? { env } : {}),
      ...(cwd === undefined ? {} : { cwd }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal ? { signal } : {}),
      maxOutputBytes: RUN_OUTPUT_BYTES,
      ...(onOutput ? { onOutput: reporting(onOutput) } : {}),
    });
    const { code, stdout, stderr, truncated } = await command;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: decode(stdout), stderr: decode(stderr), ...(truncated ? { truncated } : {}) };
  }

  /**
   * What the box has left in its project that this machine will run, from before it was opened until now: git hooks, tasks of editors,
   * scripts of packages. May be called before and after it is closed. Throws `no-look` for a scratch box.
   */
  async report(options: ReportOptions = {}): Promise<BoxReport> {
    if (this.#parts.report) return await this.#parts.report(options);
    throw new KanibakoError(
      "no-look",
      `The box ${this.#parts.name} belongs to no project, so it has no report.`,
    );
  }

  /** Ends the box and waits until it is gone. May be called twice. */
  close(): Promise<void> {
    return this.#closed ??= this.#parts.close();
  }

  /** As {@link Box.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Pieces as text, each stream decoded on its own so that no character is cut. */
export function reporting(
  report: (text: string, stream: "stdout" | "stderr") => void,
): (chunk: Uint8Array, stream: "stdout" | "stderr") => void {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  return (chunk, stream) => {
    const text = decoders[stream].decode(chunk, { stream: true });
    if (text !== "") report(text, stream);
  };
}
