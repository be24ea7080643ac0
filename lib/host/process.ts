/**
 * The only door to other processes: argument arrays, a minimal environment, bounded output.
 *
 * Nothing else in this program may start one but `filter_process.ts`; a test sees to it.
 *
 * @module
 */

import { type Bytes, collect, readerOf } from "./byte_pieces.ts";
import {
  asChild,
  asGroup,
  type Child,
  kill,
  spawned,
  start,
  type StartOptions,
  startQuickly,
  surroundings,
} from "./child.ts";
import { mayBeThere } from "./libc/there.ts";
import { spawn } from "./libc/spawn.ts";
import { debug } from "./log.ts";
import { shellQuote } from "./ui/text.ts";
import { after } from "./timer.ts";

/** How a child is started. */
export interface ProcessOptions extends StartOptions {
  /** Text for standard input. Without it the child reads end-of-file at once. */
  input?: string;
  /** Kills the child (SIGTERM, then SIGKILL 2 s later) after so many milliseconds. */
  timeoutMs?: number;
  /** Most bytes kept of each output stream; the middle is dropped. [default: 4 MiB] */
  maxOutputBytes?: number;
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

async function feed(child: Deno.ChildProcess, input: string): Promise<void> {
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch { /* the child ended without reading it all */ }
}
