/**
 * Starts children and ends them: what `process.ts` and `filter_process.ts` are made of, and nobody else may use.
 *
 * @module
 */

import { type Bytes, piecesOf } from "./byte_pieces.ts";
import { minimalEnvironment } from "./child_environment.ts";
import { KanibakoError } from "./error.ts";
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

/** What a child gets beside its words. */
export function surroundings(
  { env, cwd = "/" }: Pick<StartOptions, "env" | "cwd">,
): { readonly env: Record<string, string>; readonly cwd: string } {
  return { env: minimalEnvironment(env), cwd };
}

/** Starts what is usual; `undefined` where it cannot be done this way. */
export function startQuickly(
  argv: readonly string[],
  options: Pick<StartOptions, "env" | "cwd">,
  stdin: "null" | "inherit",
  stdout: "null" | "piped" | "inherit",
): (Child & { readonly stdout: Bytes | undefined; readonly stderr: Bytes }) | undefined {
  const child = spawn({ argv, ...surroundings(options), stdin, stdout, stderr: "piped" });
  return child && { ...spawned(argv, child), stderr: piecesOf(child.stderr!) };
}

/** A child that the C library has started. */
export function spawned(
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

function cannotStart(argv: readonly string[], cause: unknown): KanibakoError {
  return new KanibakoError("cannot-start", `Cannot start ${shellQuote(argv[0] ?? "")}: ${reason(cause)}`, {
    cause,
  });
}

function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "the program does not exist";
  return cause instanceof Error ? cause.message : String(cause);
}

/** SIGTERM, and SIGKILL 2 s later when it has not ended by then. */
export function kill(child: Child): void {
  child.kill("SIGTERM");
  child.exit.finally(after(2000, () => child.kill("SIGKILL"))).catch(() => {});
}
