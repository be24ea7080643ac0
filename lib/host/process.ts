/**
 * The only door to other processes: argument arrays, a minimal environment, bounded output.
 *
 * Nothing else in this program may start one; a test sees to it. `open_process.ts` and `filter_process.ts` are made of {@link start}.
 *
 * @module
 */

import { type Bytes, collect, piecesOf } from "./byte_pieces.ts";
import { minimalEnvironment } from "./child_environment.ts";
import { KanibakoError } from "./error.ts";
import { mayBeThere } from "./libc/there.ts";
import { spawn, type Spawned } from "./libc/spawn.ts";
import { debug } from "./log.ts";
import { shellQuote } from "./ui/text.ts";
import { after } from "./timer.ts";

/** What a child is started with. */
export interface StartOptions {
  /** Variables added to the minimal environment. `undefined` removes one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Working directory. [default: `/`, so that no relative path or project setting counts] */
  cwd?: string;
  /** Kills the child when it fires. */
  signal?: AbortSignal;
  /**
   * The child leads a session of its own, and `signal` ends it with all it has started. For what would leave its own children
   * behind. It has no terminal, and what the terminal sends does not reach it.
   */
  family?: boolean;
}

/** What can be done to any child. */
export interface Child {
  /** Ends with its exit code; 128 + n when signal n ended it. */
  readonly exit: Promise<number>;
  /** Sends it a signal; no error when it has already ended. */
  kill(signal: Deno.Signal): void;
}

/** What a child gets beside its words: all of its variables, and its working directory. */
interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

function surroundings({ env, cwd = "/" }: Pick<StartOptions, "env" | "cwd">): Surroundings {
  return { env: minimalEnvironment(env), cwd };
}

/** Starts what is usual; `undefined` where it cannot be done this way. */
export function startQuickly(
  argv: readonly string[],
  options: Pick<StartOptions, "env" | "cwd">,
  stdin: "null" | "inherit",
  stdout: "null" | "piped" | "inherit",
):
  | (Child & { readonly pid: number; readonly stdout: Bytes | undefined; readonly stderr: Bytes })
  | undefined {
  const child = spawn({ argv, ...surroundings(options), stdin, stdout, stderr: "piped" });
  return child && { ...spawned(argv, child), pid: child.pid, stderr: piecesOf(child.stderr!) };
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

/** Starts a program by the runtime's own means. Throws `cannot-start`. */
export function start(
  argv: readonly string[],
  options: StartOptions,
  stdin: "null" | "piped" | "inherit",
  stdout: "null" | "piped" | "inherit",
  stderr: "null" | "piped" | "inherit" = stdout,
): Deno.ChildProcess {
  return startIn(surroundings(options), argv, options, { stdin, stdout, stderr });
}

function startIn(
  around: Surroundings,
  argv: readonly string[],
  { signal, family }: Pick<StartOptions, "signal" | "family">,
  streams: Pick<Deno.CommandOptions, "stdin" | "stdout" | "stderr">,
): Deno.ChildProcess {
  debug(() => `run: ${argv.map(shellQuote).join(" ")}`);
  try {
    return new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      ...around,
      clearEnv: true,
      ...streams,
      ...(signal ? { signal } : {}),
      ...(family ? { detached: true } : {}),
    }).spawn();
  } catch (cause) {
    throw cannotStart(argv, cause);
  }
}

/** A child of the runtime's. */
export function asChild(child: Deno.ChildProcess): Child {
  return {
    exit: child.status.then(({ code }) => code),
    kill: (signal) => sendSignal(() => child.kill(signal)),
  };
}

/** A child that leads a group of its own, and all of that group. */
export function asGroup(child: Deno.ChildProcess): Child {
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

/** SIGTERM, and SIGKILL 2 s later when it has not ended by then. */
export function kill(child: Child): void {
  child.kill("SIGTERM");
  child.exit.finally(after(2000, () => child.kill("SIGKILL"))).catch(() => {});
}

/** How a child is started. */
export interface ProcessOptions extends StartOptions {
  /** Text for standard input. Without it the child reads end-of-file at once. */
  input?: string;
  /** Kills the child (SIGTERM, then SIGKILL 2 s later) after so many milliseconds. */
  timeoutMs?: number;
  /** Then ends what the child has started, too: that keeps the streams open. For what a shell runs. */
  timeoutEndsAll?: boolean;
  /** Most bytes kept of each output stream; the middle is dropped. [default: 4 MiB] */
  maxOutputBytes?: number;
  /** Called with each piece of output as it comes, beside keeping it. */
  onOutput?: (text: string, stream: "stdout" | "stderr") => void;
}

/** What a finished child left behind. */
export interface ProcessResult {
  /** The exit code; 128 + n when signal n ended it. Never 0 when the time ran out. */
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
    if (options.timeoutEndsAll) void endAll(child);
    else kill(child);
  });
  try {
    const [stdout, stderr, code] = await Promise.all([
      collect(child.stdout!, limit, onOutput && ((text) => onOutput(text, "stdout"))),
      collect(child.stderr, limit, onOutput && ((text) => onOutput(text, "stderr"))),
      child.exit,
    ]);
    await child.ended?.();
    // A program that ends well when it is made to end has not finished.
    return { code: timedOut && code === 0 ? 143 : code, stdout, stderr, timedOut };
  } finally {
    child[Symbol.dispose]?.();
    cancel?.();
  }
}

async function endAll({ pid, exit }: ReadChild): Promise<void> {
  const { endFamily } = await import("./process_family.ts");
  await endFamily(pid, exit);
}

/** A child of which we read both streams. */
interface ReadChild extends Child, Partial<Disposable> {
  readonly pid: number;
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
  return { ...asChild(child), pid: child.pid, stdout: child.stdout, stderr: child.stderr, ...ending };
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
  const words = ["/bin/sh", "-c", script, "sh", path, ...argv];
  const child = startIn({ env, cwd }, words, { family: true }, { stdin: "null", stdout: "null", stderr });
  return { ...asChild(child), stderr: stderr === "piped" ? child.stderr : undefined };
}

/** Starts a program that outlives us: a session of its own, no streams. */
export function detach(argv: readonly string[], options: Pick<ProcessOptions, "env" | "cwd"> = {}): void {
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const around = surroundings(options);
  if (spawn({ argv, ...around, ...streams, detached: true })) {
    debug(() => `run: ${argv.map(shellQuote).join(" ")}`);
  } else startIn(around, argv, { family: true }, streams).unref();
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

async function feed(child: Deno.ChildProcess, input: string): Promise<void> {
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch { /* the child ended without reading it all */ }
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
