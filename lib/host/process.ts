/**
 * The only door to other processes: argument arrays, a minimal environment, bounded output.
 *
 * Nothing else in this program may use `Deno.Command`; a test sees to it.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { debug } from "./log.ts";
import { shellQuote } from "./ui/text.ts";
import { after } from "./timer.ts";

/** Variables of our own environment that a child may see. Everything else stays here. */
const PASSED = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TERM",
  "TZ",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_STATE_HOME",
  "XDG_CACHE_HOME",
  "DBUS_SESSION_BUS_ADDRESS",
];

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
  /** The signal that ended it. */
  signal: Deno.Signal | null;
  /** Standard output, decoded leniently. */
  stdout: string;
  /** Standard error, decoded leniently. */
  stderr: string;
  /** Whether the time ran out. */
  timedOut: boolean;
}

/** The environment children get: what they need to work, nothing that configures or unlocks. */
function minimalEnvironment(
  extra: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of PASSED) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  env["PATH"] ??= "/usr/local/bin:/usr/bin:/bin";
  for (const [name, value] of Object.entries(extra)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Runs a program to its end and returns what it said. A non-zero exit is a result, not an error. */
export async function run(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  const { signal, family, ...others } = options;
  const child = start(
    argv,
    family ? { ...others, family } : options,
    options.input === undefined ? "null" : "piped",
    "piped",
  );
  const ending = family && signal ? endingWith(child, signal) : undefined;
  const limit = options.maxOutputBytes ?? 4 * 1024 * 1024;
  if (options.input !== undefined) void feed(child, options.input);
  let timedOut = false;
  const cancel = options.timeoutMs === undefined ? undefined : after(options.timeoutMs, () => {
    timedOut = true;
    kill(child);
  });
  try {
    const [stdout, stderr, status] = await Promise.all([
      collect(child.stdout, limit, options.onOutput && ((text) => options.onOutput!(text, "stdout"))),
      collect(child.stderr, limit, options.onOutput && ((text) => options.onOutput!(text, "stderr"))),
      child.status,
    ]);
    await ending?.ended();
    return { code: status.code, signal: status.signal, stdout, stderr, timedOut };
  } finally {
    ending?.[Symbol.dispose]();
    cancel?.();
  }
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
export interface OpenProcess {
  /** Ends with its exit code; 128 + n when signal n ended it. */
  readonly exit: Promise<number>;
  /** Its standard input, where it is piped. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** Its standard output, where it is piped. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  /** Its standard error. */
  readonly stderr: ReadableStream<Uint8Array>;
  /** Sends it a signal; no error when it has already ended. */
  kill(signal: Deno.Signal): void;
  /** SIGTERM, and SIGKILL 2 s later when it has not ended by then. */
  end(): void;
}

/** Starts a program and gives its streams as they are: nothing is decoded, kept or limited. */
export function open(
  argv: readonly string[],
  streams: Streams,
  options: Pick<ProcessOptions, "env" | "cwd"> = {},
): OpenProcess {
  const child = start(argv, options, streams.stdin, streams.stdout, "piped");
  return {
    exit: child.status.then((status) => status.code),
    stdin: streams.stdin === "piped" ? child.stdin : undefined,
    stdout: streams.stdout === "piped" ? child.stdout : undefined,
    stderr: child.stderr,
    kill: (signal) => {
      try {
        child.kill(signal);
      } catch { /* already gone */ }
    },
    end: () => kill(child),
  };
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
      kill(child);
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
      kill(child);
      await child.stdout.cancel().catch(() => {});
      await Promise.all([child.status, stderr]);
    },
  };
}

/** Only a shell can give a child a file as its stream without copying it through us. Nothing but `sign` becomes code. */
function redirected(sign: "<" | ">", file: string, argv: readonly string[]): string[] {
  return ["/bin/sh", "-c", `file=$1; shift; exec "$@" ${sign}"$file"`, "sh", file, ...argv];
}

/** Starts a program that outlives us: a session of its own, no streams. Answers its process id. */
export function detach(argv: readonly string[], options: Pick<ProcessOptions, "env" | "cwd"> = {}): number {
  debug(() => `detached: ${argv.map(shellQuote).join(" ")}`);
  const child = new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    env: minimalEnvironment(options.env),
    clearEnv: true,
    cwd: options.cwd ?? "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  return child.pid;
}

/** The absolute path of an executable, by `PATH`; a name with a slash is taken as it is. */
export function findExecutable(name: string, path: string = Deno.env.get("PATH") ?? ""): string | undefined {
  const candidates = name.includes("/")
    ? [name]
    : path.split(":").filter((folder) => folder.startsWith("/")).map((folder) => `${folder}/${name}`);
  for (const candidate of candidates) {
    try {
      const info = Deno.statSync(candidate);
      if (info.isFile && ((info.mode ?? 0) & 0o111) !== 0) return candidate;
    } catch { /* not there */ }
  }
  return undefined;
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
      env: minimalEnvironment(options.env),
      clearEnv: true,
      cwd: options.cwd ?? "/",
      stdin,
      stdout,
      stderr,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.family ? { detached: true } : {}),
    }).spawn();
  } catch (cause) {
    throw new KanibakoError("cannot-start", `Cannot start ${shellQuote(argv[0] ?? "")}: ${reason(cause)}`, {
      cause,
    });
  }
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

async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  report?: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let head = "";
  let tail = "";
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true });
    report?.(text);
    const room = limit / 2 - head.length;
    head += text.slice(0, Math.max(0, room));
    tail = (tail + text.slice(Math.max(0, room))).slice(-limit / 2);
  }
  return head + tail;
}

function kill(child: Deno.ChildProcess): void {
  const send = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch { /* already gone */ }
  };
  send("SIGTERM");
  child.status.finally(after(2000, () => send("SIGKILL")));
}
