/**
 * Calls a command into a running box through its steward: no engine is asked.
 *
 * @module
 */

import { callSocket } from "../config/box_state.ts";
import { KanibakoError } from "../host/error.ts";
import { after } from "../host/timer.ts";
import { connectTo } from "../host/unix_socket.ts";
import { callEnv } from "../config/command_env.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { Io, LentTerminal } from "../runtime/io.ts";
import type { BoxRuntime, BoxSignal, Exec, ExecCall, ExecOutcome } from "../runtime/runtime.ts";
import { type CallEnd, Caller, type CallInput, type CallStreams } from "../wire/caller.ts";
import { writeAll } from "../host/write_all.ts";

/** What other programs end with when nobody reads their output any more. */
const SIGPIPE_CODE = 141;
/** What a command came to whose box was killed. */
const KILLED = 137;
const READ_BYTES = 64 * 1024;
/** A steward has so long to begin a command that is to end: what never begins heeds no signal. */
const BEGIN_MS = 2000;
const CTRL_C = 0x03;
const NEW_LINE = new TextEncoder().encode("\r\n");

/** A box, for calls into it. */
export interface CalledBox {
  readonly runtime: BoxRuntime;
  /** The box's state folder. */
  readonly state: string;
  /** Is given the number of calls under way where those are as many as may be, and this one has to wait. */
  waits?(calls: number): void;
}

/**
 * Calls a command into a running box: through its steward where one answers, else through its engine. Throws `bad-variable`. What a
 * signal is for need not have begun.
 */
export function callInto(box: CalledBox, call: ExecCall, io: Io): Exec {
  callEnv(call);
  const chosen = callIn(box, call, io).then((exec) => exec ?? box.runtime.exec(call, io));
  const outcome = chosen.then((exec) => exec.outcome);
  outcome.catch(() => {}); // whoever waits for it hears of it
  return {
    outcome,
    signal: (signal) => chosen.then((exec) => exec.signal(signal), () => {}),
    abandon: () => void chosen.then((exec) => exec.abandon(), () => {}),
  };
}

/** Makes the call through the box's steward. `undefined`: it has none that answers, and nothing was asked for. */
async function callIn(
  { runtime, state, waits }: CalledBox,
  call: ExecCall,
  io: Io,
): Promise<Exec | undefined> {
  if (io.kind === "none") return undefined;
  const conn = await connectTo(callSocket(state));
  const caller = conn && await Caller.greet(conn, waits);
  if (!caller) return undefined;
  return callThrough(caller, call, io, async () => (await runtime.inspect(call.box))?.running === true);
}

/** Makes the call on a connection to the box's steward. `isRunning`: asked where that is lost. */
export function callThrough(caller: Caller, call: ExecCall, io: Io, isRunning: () => Promise<boolean>): Exec {
  return new StewardExec(caller, call, io, isRunning);
}

class StewardExec implements Exec {
  readonly outcome: Promise<ExecOutcome>;
  readonly #caller: Caller;
  readonly #isRunning: () => Promise<boolean>;
  /** Whether what it shows is the box's session, which goes on. */
  readonly #session: boolean;

  constructor(caller: Caller, call: ExecCall, io: Io, isRunning: () => Promise<boolean>) {
    this.#caller = caller;
    this.#isRunning = isRunning;
    const terminal = io.kind === "terminal" ? io.terminal.lend() : undefined;
    terminal?.onResize((size) => void caller.say({ resize: size }));
    const term = io.kind === "terminal" ? { TERM: io.terminal.type } : {};
    const request = {
      kind: call.kind,
      argv: [...call.argv],
      cwd: call.workdir ?? BOX_WORKSPACE,
      env: { ...term, ...callEnv(call) },
      ...(terminal ? { terminal: terminal.size } : {}),
    };
    this.#session = call.kind === "attach";
    const end = caller.call(request, terminal ? onTerminal(terminal, caller) : streamsOf(io));
    this.outcome = (terminal && !this.#session ? end.then((end) => onNewLine(terminal, end)) : end)
      .finally(() => terminal?.[Symbol.dispose]())
      .then((end) => this.#outcome(end), broken);
    this.outcome.catch(() => {});
  }

  signal(signal: BoxSignal): Promise<void> {
    if (!this.#caller.started) {
      const cancel = after(BEGIN_MS, () => {
        if (!this.#caller.started) this.abandon();
      });
      this.outcome.finally(cancel).catch(() => {});
    }
    return this.#caller.say({ signal });
  }

  abandon(): void {
    this.#caller.abandon();
  }

  async #outcome(end: CallEnd): Promise<ExecOutcome> {
    if (end.kind === "exit") return { kind: "ended", code: end.code };
    if (end.kind === "abandoned") return { kind: "ended", code: end.code ?? KILLED };
    if (end.kind === "failed") {
      throw new KanibakoError("exec", "The box could not run the command.", { output: end.message });
    }
    if (!await this.#isRunning()) {
      return end.started ? { kind: "ended", code: KILLED } : { kind: "not-running" };
    }
    if (this.#session) {
      throw new KanibakoError("exec", "The connection to the session was lost; the session goes on.", {
        hint: "To return to it, run the same again.",
      });
    }
    throw new KanibakoError("exec", "The connection to the command was lost; the box is still running.", {
      hint: "Whether the command has ended is not known. To see what runs: kanibako shell -- ps aux",
    });
  }
}

/** What is said of a connection that was lost begins on a line of its own, not behind what the command showed last. */
async function onNewLine(terminal: LentTerminal, end: CallEnd): Promise<CallEnd> {
  if (end.kind === "lost" && end.started) await terminal.show(NEW_LINE);
  return end;
}

/** Nobody reads the output any more: the command has ended with that, as it would on a pipe of its own. */
function broken(error: unknown): ExecOutcome {
  if (error instanceof Deno.errors.BrokenPipe) return { kind: "ended", code: SIGPIPE_CODE };
  throw error;
}

/** The streams of a command that has the user's terminal. Where that is gone, the command's hangs up, too. */
function onTerminal(terminal: LentTerminal, caller: Caller): CallStreams {
  const hangUp = () => caller.say({ signal: "SIGHUP" });
  const show = async (bytes: Uint8Array) => {
    if (!await terminal.show(bytes)) await hangUp();
  };
  return {
    stdin: {
      next: async () => {
        const keys = await terminal.read();
        // Nobody has these keys yet, and a box whose steward says nothing must not keep the terminal.
        if (!caller.started && (!keys || keys.includes(CTRL_C))) {
          caller.abandon();
          return undefined;
        }
        if (!keys) await hangUp();
        return keys;
      },
      cancel: () => {},
    },
    stdout: show,
    stderr: show,
  };
}

function streamsOf(io: Io): CallStreams {
  if (io.kind === "streams") {
    return {
      ...(io.stdin ? { stdin: streamInput(io.stdin) } : {}),
      stdout: io.stdout ?? (() => {}),
      stderr: io.stderr ?? (() => {}),
    };
  }
  const shows = io.kind === "inherit" ? io.shows : undefined;
  return {
    stdin: ownInput(),
    stdout: (bytes) => writeAll(Deno.stdout, shows?.stdout?.(bytes) ?? bytes),
    stderr: (bytes) => writeAll(Deno.stderr, shows?.stderr?.(bytes) ?? bytes),
  };
}

function streamInput(stream: ReadableStream<Uint8Array>): CallInput {
  const reader = stream.getReader();
  return {
    next: async () => (await reader.read()).value,
    cancel: () => void reader.cancel().catch(() => {}),
  };
}

/** This process's standard input, read as it is asked for. */
function ownInput(): CallInput {
  const buffer = new Uint8Array(READ_BYTES);
  return {
    next: async () => {
      const count = await Deno.stdin.read(buffer);
      return count === null ? undefined : buffer.subarray(0, count);
    },
    cancel: () => {},
  };
}
