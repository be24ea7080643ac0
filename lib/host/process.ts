/**
 * The only door to other processes: argument arrays, a minimal environment, bounded output.
 *
 * Nothing else in this program may use `Deno.Command`; a test sees to it.
 *
 * @module
 */

import { type Bytes, collect, piecesOf, readerOf } from "./byte_pieces.ts";
import { minimalEnvironment } from "./child_environment.ts";
import { KanibakoError } from "./error.ts";
import { mayBeThere } from "./libc/there.ts";
import { spawn, type Spawned } from "./libc/spawn.ts";
import { debug } from "./log.ts";
import { shellQuote } from "./ui/text.ts";
import { after } from "./timer.ts";

/** How a child is started. */
export interface ProcessOptions {
  /** Variables added to the minimal environment. `undefined` removes one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Working directory. [default: `/`, so that no relative path or project setting counts] */
  cwd?: string;
  /** Text for standard input. Without it the child reads end-of-file at once. */
  input?: string;
  /** Kills the child (SIGTERM, then SIGKILL 2 s later) after so many milliseconds. */
  timeoutMs?: number;
  /** Most bytes kept of each output stream; the middle is dropped. [default: 4 MiB] */
  maxOutputBytes?: number;
  /** Kills the child when it fires. */
  signal?: AbortSignal;
  /**
   * The child leads a session of its own, and `signal` ends it with all it has started. For what would leave its own children
   * behind. It has no terminal, and what the terminal sends does not reach it.
   */
  family?: boolean;
  /** Called with each piece of output as it comes, beside keeping it. */
  onOutput?: (text: string, stream: "stdout" | "stderr") => void;
}

/** What a finished child left behind. */
export interface ProcessResult {
  /** The exit code; 128 + n when signal n ended it. */
  code: number;
  /** Standard output, decoded leniently. */
  stdout: string;
  /** Standard error, decoded leniently. */
  stderr: string;
  /** Whether the time ran out. */
  timedOut: boolean;
}

/** Runs a program to its end and returns what it said. A non-zero exit is a result, not an error. */
export async function run(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  const child = startReading(argv, options);
  const limit = options.maxOutputBytes ?? 4 * 1024 * 1024;
  const { onOutput } = options;
  let timedOut = false;
  const cancel = options.timeoutMs === undefined ? undefined : after(options.timeoutMs, () => {
    timedOut = true;
    kill(child);
  });
  try {
    const [stdout, stderr, code] = await Promise.all([
      collect(child.stdout!, limit, onOutput && ((text) => onOutput(text, "stdout"))),
      collect(child.stderr, limit, onOutput && ((text) => onOutput(text, "stderr"))),
      child.exit,
    ]);
    await child.ended?.();
    return { code, stdout, stderr, timedOut };
  } finally {
    child[Symbol.dispose]?.();
    cancel?.();
  }
}

/** A child of which we read both streams. */
interface ReadChild extends Child, Partial<Disposable> {
  readonly stdout: Bytes | undefined;
  readonly stderr: Bytes;
  /** Resolves once what it has started has ended too, if it was to be ended. */
  ended?(): Promise<void>;
}

function startReading(argv: readonly string[], options: ProcessOptions): ReadChild {
  const { signal, family, input, ...others } = options;
  if (input === undefined && !signal && !family) {
    const child = startQuickly(argv, options, "null", "piped");
    if (child) return child;
  }
  const child = start(
    argv,
    family ? { ...others, family } : options,
    input === undefined ? "null" : "piped",
    "piped",
  );
  if (input !== undefined) void feed(child, input);
  const ending = family && signal ? endingWith(child, signal) : undefined;
  return { ...asChild(child), stdout: child.stdout, stderr: child.stderr, ...ending };
}

/** Ends a child and all it has started when a signal fires. `ended`: resolves once that was done, if it was to be done. */
function endingWith(
  child: Deno.ChildProcess,
  signal: AbortSignal,
): { ended(): Promise<void> } & Disposable {
  let ending: Promise<void> | undefined;
  const end = () =>
    ending ??= import("./process_family.ts").then(({ endFamily }) => endFamily(child.pid, child.status));
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return {
    ended: () => ending ?? Promise.resolve(),
    [Symbol.dispose]: () => signal.removeEventListener("abort", end),
  };
}

/** Where a child's streams go: `inherit`: they are ours; `piped`: through this process; `null`: nowhere. */
export interface Streams {
  readonly stdin: "inherit" | "piped" | "null";
  readonly stdout: "inherit" | "piped" | "null";
}

/** What can be done to any child. */
interface Child {
  /** Ends with its exit code; 128 + n when signal n ended it. */
  readonly exit: Promise<number>;
  /** Sends it a signal; no error when it has already ended. */
  kill(signal: Deno.Signal): void;
}

/** A child whose streams are bytes; standard error always comes to us. */
export interface OpenProcess extends Child {
  /** Its standard input, where it is piped. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** Its standard output, where it is piped. */
  readonly stdout: Bytes | undefined;
  /** Its standard error. */
  readonly stderr: Bytes;
  /** SIGTERM, and SIGKILL 2 s later when it has not ended by then. */
  end(): void;
  /** Nobody reads any more what comes through us; for when it has ended, and others still hold its streams. */
  dismiss(): void;
  /** As {@link dismiss}, of standard output alone. */
  dismissOutput(): void;
  /** As {@link dismiss}, of standard error alone. */
  dismissErrors(): void;
}

/**
 * Starts a program and gives its streams as they are: nothing is decoded, kept or limited. One that leads a session of its own
 * (`family`) is signalled together with what it has started, as far as that has not left its group.
 */
export function open(
  argv: readonly string[],
  streams: Streams,
  options: Pick<ProcessOptions, "env" | "cwd" | "family"> = {},
): OpenProcess {
  const { stdin, stdout } = streams;
  // Whoever pipes them may stop reading, and for that the runtime's own streams are better.
  const quick = stdin === "piped" || stdout === "piped" || options.family
    ? undefined
    : startQuickly(argv, options, stdin, stdout);
  const nothing = () => {};
  if (quick) {
    return {
      ...quick,
      stdin: undefined,
      end: () => kill(quick),
      dismiss: nothing,
      dismissOutput: nothing,
      dismissErrors: nothing,
    };
  }
  const slow = start(argv, options, stdin, stdout, "piped");
  const child = options.family ? asGroup(slow) : asChild(slow);
  const [errors, output] = [readerOf(slow.stderr), stdout === "piped" ? readerOf(slow.stdout) : undefined];
  return {
    ...child,
    stdin: stdin === "piped" ? slow.stdin : undefined,
    stdout: output?.pieces,
    stderr: errors.pieces,
    end: () => kill(child),
    dismiss: () => {
      errors.cancel();
      output?.cancel();
    },
    dismissOutput: () => output?.cancel(),
    dismissErrors: errors.cancel,
  };
}

/** A child on a terminal of its own. */
export interface TerminalProcess extends Child {
  /** Its standard error, where that comes to us. */
  readonly stderr: Bytes | undefined;
}

/**
 * Starts a program whose terminal is the one at `path`: it leads a session of its own there. `env`: all of its variables. `stderr`:
 * its standard error comes to us.
 */
export function openOnTerminal(
  argv: readonly string[],
  path: string,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    readonly stderr?: "piped";
  },
): TerminalProcess {
  const { env, cwd, stderr = "null" } = options;
  const quick = spawn({ argv, env, cwd, terminal: path, stdin: "null", stdout: "null", stderr });
  if (quick) return spawned(argv, quick);
  // Opened by the leader of a session that has none, a terminal becomes its own. Nothing but our own words becomes code.
  const errors = stderr === "piped" ? "" : " 2>&1";
  const script = `terminal=$1; shift; exec "$@" <"$terminal" >"$terminal"${errors}`;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", path, ...argv],
    env,
    clearEnv: true,
    cwd,
    stdin: "null",
    stdout: "null",
    stderr,
    detached: true,
  }).spawn();
  return { ...asChild(child), stderr: stderr === "piped" ? child.stderr : undefined };
}

/** What is written by waiting, before the rest is tried at once again. */
const WAITED_BYTES = 64 * 1024;

/** How a filter ended. */
export interface FilterEnd {
  /** The exit code; 128 + n when signal n ended it. */
  readonly code: number;
  /** What it said on standard error; bounded. */
  readonly stderr: string;
}

/** A child that turns bytes of ours into a file. */
export interface FilterInto {
  /** Gives it bytes; ends when it has taken them. They must not change before. Rejects when it has ended. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Says that this was all, and waits for its end. */
  end(): Promise<FilterEnd>;
  /** Ends it, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a filter that writes to an existing file of ours, which is emptied first. */
export async function filterInto(argv: readonly string[], file: string): Promise<FilterInto> {
  const { InputPipe } = await import("./pipe.ts");
  const child = start(redirected(">", file, argv), {}, "piped", "null", "piped");
  const stderr = collect(child.stderr, 64 * 1024);
  const writer = child.stdin.getWriter();
  const pipe = new InputPipe(child.pid);
  const close = async (how: () => Promise<void>): Promise<FilterEnd> => {
    pipe[Symbol.dispose]();
    await how().catch(() => {}); // it may have ended on its own: its exit code tells
    return { code: (await child.status).code, stderr: await stderr };
  };
  return {
    write: async (bytes) => {
      for (let done = pipe.write(bytes); done < bytes.length; done += pipe.write(bytes.subarray(done))) {
        // The pipe is full. Deno knows how to wait until it is not.
        const next = bytes.subarray(done, done + WAITED_BYTES);
        await writer.write(next);
        done += next.length;
      }
    },
    end: () => close(() => writer.close()),
    kill: async () => {
      kill(asChild(child));
      await close(() => writer.abort());
    },
  };
}

/** A child that turns a file into bytes for us. */
export interface FilterFrom {
  /** What it gives, in pieces. Reading no more makes it wait. */
  readonly output: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Waits for its end; `output` must have been read to its end. */
  end(): Promise<FilterEnd>;
  /** Ends it, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a filter that reads a file. */
export function filterFrom(argv: readonly string[], file: string): FilterFrom {
  const child = start(redirected("<", file, argv), {}, "null", "piped");
  const stderr = collect(child.stderr, 64 * 1024);
  return {
    output: child.stdout,
    end: async () => ({ code: (await child.status).code, stderr: await stderr }),
    kill: async () => {
      kill(asChild(child));
      await child.stdout.cancel().catch(() => {});
      await Promise.all([child.status, stderr]);
    },
  };
}

/** Only a shell can give a child a file as its stream without copying it through us. Nothing but `sign` becomes code. */
function redirected(sign: "<" | ">", file: string, argv: readonly string[]): string[] {
  return ["/bin/sh", "-c", `file=$1; shift; exec "$@" ${sign}"$file"`, "sh", file, ...argv];
}

/** Starts a program that outlives us: a session of its own, no streams. */
export function detach(argv: readonly string[], options: Pick<ProcessOptions, "env" | "cwd"> = {}): void {
  debug(() => `detached: ${argv.map(shellQuote).join(" ")}`);
  const { env, cwd } = surroundings(options);
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  if (spawn({ argv, env, cwd, ...streams, detached: true })) return;
  new Deno.Command(argv[0]!, { args: argv.slice(1), env, clearEnv: true, cwd, ...streams, detached: true })
    .spawn().unref();
}

/**
 * Starts a program that outlives us and whose standard input ends when we do, whatever ends us. What is answered gives it a line
 * and lets go of it. `undefined`: it cannot be started.
 */
export function leaveBehind(argv: readonly string[]): (() => void) | undefined {
  const child = spawn({
    argv,
    ...surroundings({}),
    stdin: "held",
    stdout: "null",
    stderr: "null",
    detached: true,
  });
  return child && (() => child.letGo());
}

/** The absolute path of an executable, by `PATH`; a name with a slash is taken as it is. */
export function findExecutable(name: string, path: string = Deno.env.get("PATH") ?? ""): string | undefined {
  const candidates = name.includes("/")
    ? [name]
    : path.split(":").filter((folder) => folder.startsWith("/")).map((folder) => `${folder}/${name}`);
  for (const candidate of candidates) {
    if (!mayBeThere(candidate)) continue;
    try {
      const info = Deno.statSync(candidate);
      if (info.isFile && ((info.mode ?? 0) & 0o111) !== 0) return candidate;
    } catch { /* not there */ }
  }
  return undefined;
}

/** What a child gets beside its words. */
function surroundings(
  { env, cwd = "/" }: Pick<ProcessOptions, "env" | "cwd">,
): { readonly env: Record<string, string>; readonly cwd: string } {
  return { env: minimalEnvironment(env), cwd };
}

/** Starts what is usual; `undefined` where it cannot be done this way. */
function startQuickly(
  argv: readonly string[],
  options: Pick<ProcessOptions, "env" | "cwd">,
  stdin: "null" | "inherit",
  stdout: "null" | "piped" | "inherit",
): (Child & { readonly stdout: Bytes | undefined; readonly stderr: Bytes }) | undefined {
  const child = spawn({ argv, ...surroundings(options), stdin, stdout, stderr: "piped" });
  return child && { ...spawned(argv, child), stderr: piecesOf(child.stderr!) };
}

/** A child that the C library has started. */
function spawned(
  argv: readonly string[],
  child: Spawned,
): Child & { readonly stdout: Bytes | undefined; readonly stderr: Bytes | undefined } {
  debug(() => `run: ${argv.map(shellQuote).join(" ")}`);
  let running = true;
  const exit = child.exit.finally(() => running = false);
  exit.catch(() => {});
  return {
    exit,
    // Its number may be another's once we know that it has ended.
    kill: (signal) => running && sendSignal(() => Deno.kill(child.pid, signal)),
    stdout: child.stdout && piecesOf(child.stdout),
    stderr: child.stderr && piecesOf(child.stderr),
  };
}

function start(
  argv: readonly string[],
  options: ProcessOptions,
  stdin: "null" | "piped" | "inherit",
  stdout: "null" | "piped" | "inherit",
  stderr: "null" | "piped" | "inherit" = stdout,
): Deno.ChildProcess {
  debug(() => `run: ${argv.map(shellQuote).join(" ")}`);
  try {
    return new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      ...surroundings(options),
      clearEnv: true,
      stdin,
      stdout,
      stderr,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.family ? { detached: true } : {}),
    }).spawn();
  } catch (cause) {
    throw cannotStart(argv, cause);
  }
}

function asChild(child: Deno.ChildProcess): Child {
  return {
    exit: child.status.then(({ code }) => code),
    kill: (signal) => sendSignal(() => child.kill(signal)),
  };
}

/** A child that leads a group of its own, and all of that group. */
function asGroup(child: Deno.ChildProcess): Child {
  let running = true;
  const exit = child.status.then(({ code }) => {
    running = false;
    return code;
  });
  return {
    exit,
    // Its number may be another's once we know that it has ended.
    kill: (signal) => running && sendSignal(() => Deno.kill(-child.pid, signal)),
  };
}

function sendSignal(send: () => void): void {
  try {
    send();
  } catch { /* already gone */ }
}

function cannotStart(argv: readonly string[], cause: unknown): KanibakoError {
  return new KanibakoError("cannot-start", `Cannot start ${shellQuote(argv[0] ?? "")}: ${reason(cause)}`, {
    cause,
  });
}

function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "the program does not exist";
  return cause instanceof Error ? cause.message : String(cause);
}

async function feed(child: Deno.ChildProcess, input: string): Promise<void> {
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch { /* the child ended without reading it all */ }
}

function kill(child: Child): void {
  child.kill("SIGTERM");
  child.exit.finally(after(2000, () => child.kill("SIGKILL"))).catch(() => {});
}
