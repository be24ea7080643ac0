/**
 * Calls a command into a running box: the one way, for a shell, for a terminal that attaches, and for scripts.
 *
 * Engines do not pass signals on to what `exec` runs: the client dies and the command lives on in the box. So each call gets
 * a mark of its own in its environment, by which the box's script finds it.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { run } from "../../host/process.ts";
import { after } from "../../host/timer.ts";
import { until } from "../../host/wait.ts";
import { BOX_ENTER, BOX_WORKSPACE } from "../../spec/box_paths.ts";
import type { Io } from "../io.ts";
import type { BoxSignal, Exec, ExecCall, ExecOutcome } from "../runtime.ts";
import type { CliEngine } from "./cli_engine.ts";
import { type Client, startClient } from "./client.ts";
import { callEnv } from "../../config/command_env.ts";
import { diagnose } from "./remedies.ts";

/** An engine takes a moment to notice that a box has ended. */
const NOTICE_MS = 300;
/** A box of which it is said that it does not run has this long to be gone. */
const ENDING_MS = 3000;
/** Passing a signal on is given up after so long. */
const PATIENCE_MS = 10_000;

/** Exit codes of engines' clients: 125 for a failure of their own, 126 and 127 for a command that cannot be started. */
const CLIENT_FAILURE = 125;
const NOT_FOUND = 127;

/** Calls a command into a box. */
export function execInBox(engine: CliEngine, call: ExecCall, io: Io): Exec {
  return new CliExec(engine, call, io);
}

class CliExec implements Exec {
  readonly outcome: Promise<ExecOutcome>;
  readonly #engine: CliEngine;
  readonly #call: ExecCall;
  readonly #terminal: boolean;
  readonly #mark = crypto.randomUUID().slice(0, 13);
  readonly #client: Client;
  readonly #calledAtMs = Date.now();
  readonly #signals = new Set<BoxSignal>();
  /** Why the input ended before its end. */
  #broken: { readonly error: unknown } | undefined;

  constructor(engine: CliEngine, call: ExecCall, io: Io) {
    this.#engine = engine;
    this.#call = call;
    this.#terminal = io.kind === "terminal";
    const words = call.kind === "attach" ? ["attach", ...call.argv] : ["exec", ...call.argv];
    const command = engine.execCommand({
      container: call.box,
      argv: ["/bin/sh", BOX_ENTER, ...words],
      workdir: call.workdir ?? BOX_WORKSPACE,
      env: { ...this.#variables(), KANIBAKO_CALL: this.#mark },
      terminal: this.#terminal ? "tty" : "pipe",
    });
    this.#client = startClient(command, this.#guarded(io), !this.#terminal);
    this.outcome = this.#ended();
    this.outcome.catch(() => {});
  }

  async signal(signal: BoxSignal): Promise<void> {
    this.#signals.add(signal);
    await this.#begun();
    const command = this.#engine.execCommand({
      container: this.#call.box,
      // What has a terminal ends when that is gone; a shell there does not heed anything else.
      argv: [
        "/bin/sh",
        BOX_ENTER,
        "signal",
        this.#mark,
        this.#terminal && signal !== "SIGKILL" ? "HUP" : signal.slice("SIG".length),
      ],
      workdir: "/",
      env: {},
      terminal: "pipe",
    });
    await run(command.argv, { env: command.env, timeoutMs: PATIENCE_MS }).catch((error: unknown) => {
      debug(() => `cannot pass ${signal} on: ${error}`);
    });
  }

  abandon(): void {
    this.#client.end();
  }

  /** Waits for the command to begin: before that nothing in the box could be found by its mark. */
  async #begun(): Promise<void> {
    // On a terminal it does not say so.
    if (this.#terminal) return;
    let cancel: (() => void) | undefined;
    const patience = new Promise<void>((resolve) => cancel = after(PATIENCE_MS, resolve));
    const ended = this.#client.exit.then(() => {}, () => {});
    await Promise.race([this.#client.held.whenBegun, ended, patience]);
    cancel?.();
  }

  /** An input that fails must not look to the command like one that ends: the command is ended first. */
  #guarded(io: Io): Io {
    if (io.kind !== "streams" || !io.stdin) return io;
    const reader = io.stdin.getReader();
    const stdin = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const part = await reader.read();
          if (part.done) controller.close();
          else controller.enqueue(part.value);
        } catch (error) {
          this.#broken = { error };
          await this.signal("SIGTERM");
          this.abandon();
          controller.close();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
    return { ...io, stdin };
  }

  #variables(): Record<string, string> {
    const own = callEnv(this.#call);
    if (!this.#terminal) return { ...own, KANIBAKO_BEGUN: "1" };
    // On a terminal there is one stream, from which the word could not be taken out again.
    const term = Deno.env.get("TERM") || (this.#call.kind === "attach" ? "xterm-256color" : undefined);
    return term ? { TERM: term, ...own } : own;
  }

  async #ended(): Promise<ExecOutcome> {
    let code: number;
    try {
      code = await this.#client.exit;
    } catch (error) {
      // Whoever takes its output failed. The client has been ended, which the command would not notice.
      await this.signal("SIGTERM");
      throw error;
    }
    if (this.#broken) throw this.#broken.error;
    const { held } = this.#client;
    if (held.begun) {
      // It has run, whatever became of the box, and is not run again.
      const gone = code === 255 && !await this.#isRunning();
      return { kind: "ended", code: gone ? 137 : code };
    }
    if (code === 0) {
      await held.release();
      // A client that is to end may call that a success.
      return { kind: "ended", code: this.#signals.has("SIGHUP") ? 129 : 0 };
    }
    return await this.#failed(code);
  }

  /** What a client means that ends with a failure and has not heard of a command. */
  async #failed(code: number): Promise<ExecOutcome> {
    const { complaint } = this.#client.held;
    debug(() => `exec ended with ${code}: ${complaint}`);
    const diagnosis = diagnose(this.#engine.name, complaint, this.#engine.facts);
    const notRunning = complaint !== "" && diagnosis.kind === "not-running";
    const mayBePaused = notRunning || /\bpaused\b/i.test(complaint);
    if (mayBePaused && (await this.#engine.inspect(this.#call.box))?.paused) {
      throw new KanibakoError("paused", "The box is paused.", { hint: "Resume it: kanibako box resume" });
    }
    // What is said before a command may be the words of a shell that the box has replaced: the engine is asked.
    if (this.#terminal) {
      // On a terminal nothing says whose words these are. In a box that ran all the time they may be about the command, which must
      // not be run twice. In a box that was only just starting, no command has run yet.
      if (complaint !== "" && await this.#ranAllTheWhile()) {
        await this.#client.held.release();
        return { kind: "ended", code };
      }
      if (notRunning) return { kind: "not-running" };
      // Of a box that ended just then, docker says nothing there.
      const silent = complaint === "" && code === 126;
      if (silent && await this.#endsNow(NOTICE_MS)) return { kind: "not-running" };
    } else if (await this.#endsNow(notRunning ? ENDING_MS : NOTICE_MS)) return { kind: "not-running" };
    // Without a terminal the command would have said that it begins. docker explains on standard output why it does not.
    const failed = !this.#terminal && code >= CLIENT_FAILURE && code <= NOT_FOUND;
    if (complaint === "" && !failed) return { kind: "ended", code };
    throw new KanibakoError(
      "exec",
      diagnosis.kind === "unknown" || notRunning
        ? `${this.#engine.name} could not run the command in the box.`
        : diagnosis.message,
      { ...(diagnosis.hint ? { hint: diagnosis.hint.split("\n") } : {}), output: complaint, exitCode: code },
    );
  }

  async #ranAllTheWhile(): Promise<boolean> {
    const found = await this.#engine.inspect(this.#call.box);
    return found?.running === true && (found.startedAtMs ?? 0) < this.#calledAtMs;
  }

  async #isRunning(): Promise<boolean> {
    return (await this.#engine.inspect(this.#call.box))?.running === true;
  }

  /** Whether the box is gone, or goes within so many milliseconds. */
  async #endsNow(forMs: number): Promise<boolean> {
    return await until(async () => !await this.#isRunning(), { everyMs: NOTICE_MS, forMs });
  }
}
