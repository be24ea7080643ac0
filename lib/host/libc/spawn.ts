/**
 * Starting a program by the C library. `Deno.Command` loads all that streams and the bodies of requests take before it starts
 * anything, for 4 to 10 ms; a short command that calls an engine does not need them.
 *
 * Whatever is unusual, failures included, is left to `Deno.Command`: {@link spawn} then answers `undefined`, and has done nothing.
 *
 * @module
 */

import { rareCall } from "./libc.ts";

/** Where a stream of a child goes. */
export type Stream = "inherit" | "piped" | "null";

/** What is started, and how. */
export interface SpawnRequest {
  /** An absolute path, and the words that follow. */
  readonly argv: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** `held`: a pipe that ends when we do, whatever ends us. */
  readonly stdin: "inherit" | "null" | "held";
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** It leads a session of its own, and is not waited for. */
  readonly detached?: boolean;
  /** Its terminal, at this path: standard input and output are that, and so is standard error, which is then `null`. It leads a session of its own there. */
  readonly terminal?: string;
}

/** A child that has been started. */
export interface Spawned {
  readonly pid: number;
  /** How it ended: the exit code, or 128 + n for signal n. Rejects when that cannot be known. Never settles for a detached one. */
  readonly exit: Promise<number>;
  /** What it writes, for a stream that is piped. To be closed by whoever reads it. */
  readonly stdout: Deno.FsFile | undefined;
  readonly stderr: Deno.FsFile | undefined;
  /** Our end of its standard input, where that is held: gives it a line, and closes it. */
  letGo(): void;
}

/** More than glibc (80, 336) and musl (80, 336) take; they say themselves what is in it. */
const ACTIONS_BYTES = 256, ATTRIBUTES_BYTES = 512, SIGNALS_BYTES = 128;
const SETSIGDEF = 0x04, SETSIGMASK = 0x08, SETSID = 0x80;
const O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CLOEXEC = 0o2000000;
const SIGPIPE = 13, SIGCHLD = 17, SIG_IGN = 1n;
const WNOHANG = 1;
/** A wait that a signal interrupts is tried again; any other failure does not go away. */
const MOST_WAITS = 100;

function lookUp() {
  const call = rareCall;
  return {
    pipe: call("pipe2", { parameters: ["buffer", "i32"], result: "i32" }),
    write: call("write", { parameters: ["i32", "buffer", "usize"], result: "isize" }),
    close: call("close", { parameters: ["i32"], result: "i32" }),
    spawn: call("posix_spawn", {
      parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
      result: "i32",
    }),
    actionsInit: call("posix_spawn_file_actions_init", { parameters: ["buffer"], result: "i32" }),
    actionsEnd: call("posix_spawn_file_actions_destroy", { parameters: ["buffer"], result: "i32" }),
    dup: call("posix_spawn_file_actions_adddup2", { parameters: ["buffer", "i32", "i32"], result: "i32" }),
    open: call("posix_spawn_file_actions_addopen", {
      parameters: ["buffer", "i32", "buffer", "i32", "u32"],
      result: "i32",
    }),
    // Not in the C libraries of before 2019.
    chdir: call("posix_spawn_file_actions_addchdir_np", { parameters: ["buffer", "buffer"], result: "i32" }),
    attributesInit: call("posix_spawnattr_init", { parameters: ["buffer"], result: "i32" }),
    flags: call("posix_spawnattr_setflags", { parameters: ["buffer", "i16"], result: "i32" }),
    defaults: call("posix_spawnattr_setsigdefault", { parameters: ["buffer", "buffer"], result: "i32" }),
    mask: call("posix_spawnattr_setsigmask", { parameters: ["buffer", "buffer"], result: "i32" }),
    handler: call("sigaction", { parameters: ["i32", "pointer", "buffer"], result: "i32" }),
    wait: call("waitpid", { parameters: ["i32", "buffer", "i32"], result: "i32", nonblocking: true }),
    reap: call("waitpid", { parameters: ["i32", "pointer", "i32"], result: "i32" }),
  };
}
type Found = ReturnType<typeof lookUp>;
type Calls = { readonly [K in keyof Found]: NonNullable<Found[K]> };

let known: Calls | null | undefined;

/** All of the calls, or `null`: no library, no permission to use it, or an old one. */
function calls(): Calls | null {
  if (known !== undefined) return known;
  try {
    const found = lookUp();
    known = Object.values(found).includes(undefined) ? null : found as Calls;
  } catch {
    known = null;
  }
  return known;
}

/** Those started by {@link spawn} that nobody waits for. They are cleared away when the next one is started. */
const detached = new Set<number>();

/** Starts a program. `undefined`: it cannot be done this way, or it failed. */
export function spawn(request: SpawnRequest): Spawned | undefined {
  const words = [...request.argv];
  const variables = Object.entries(request.env).map(([name, value]) => `${name}=${value}`);
  const { terminal } = request;
  const texts = [...words, ...variables, request.cwd, terminal ?? ""];
  if (!words[0]?.startsWith("/") || texts.some((text) => text.includes("\0"))) return undefined;
  const c = calls();
  if (!c || childrenAreIgnored(c)) return undefined;
  for (const pid of detached) if (c.reap.call(pid, null, WNOHANG) !== 0) detached.delete(pid);

  using pipes = new Pipes(c);
  const stdout = request.stdout === "piped" ? pipes.open() : undefined;
  const stderr = request.stderr === "piped" ? pipes.open() : undefined;
  const held = request.stdin === "held" ? pipes.hold() : undefined;
  if (stdout === null || stderr === null || held === null) return undefined;

  const actions = new Uint8Array(ACTIONS_BYTES);
  c.actionsInit.call(actions);
  try {
    const nowhere = bytes("/dev/null");
    c.chdir.call(actions, bytes(request.cwd));
    // Opened by the leader of a session that has none, a terminal becomes its own.
    if (terminal !== undefined) c.open.call(actions, 0, bytes(terminal), O_RDWR, 0);
    else if (held) c.dup.call(actions, held.read, 0);
    else if (request.stdin === "null") c.open.call(actions, 0, nowhere, O_RDONLY, 0);
    for (const [fd, how, pipe] of [[1, request.stdout, stdout], [2, request.stderr, stderr]] as const) {
      if (pipe) c.dup.call(actions, pipe.write, fd);
      else if (terminal !== undefined) c.dup.call(actions, 0, fd);
      else if (how === "null") c.open.call(actions, fd, nowhere, O_WRONLY, 0);
    }
    const pid = new Int32Array(1);
    const failed = c.spawn.call(
      view(pid),
      bytes(words[0]),
      actions,
      attributes(c, request.detached === true || terminal !== undefined),
      ...pointers(words, variables),
    );
    if (failed !== 0) return undefined;
    if (request.detached) detached.add(pid[0]!);
    pipes.keep();
    return {
      pid: pid[0]!,
      exit: request.detached ? new Promise(() => {}) : ended(c, pid[0]!),
      stdout: stdout?.read,
      stderr: stderr?.read,
      letGo: () => {
        if (!held) return;
        c.write.call(held.write, new Uint8Array([0x0a]), 1n);
        c.close.call(held.write);
      },
    };
  } finally {
    c.actionsEnd.call(actions);
  }
}

/** Whether the system clears children away on its own, as we may have been started: their exit codes would be lost. */
function childrenAreIgnored(c: Calls): boolean {
  const action = new BigUint64Array(32);
  return c.handler.call(SIGCHLD, null, view(action)) === 0 && action[0] === SIG_IGN;
}

/** The usual signals, whatever this process makes of them. */
function attributes(c: Calls, ownSession: boolean): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(ATTRIBUTES_BYTES);
  const signals = new Uint8Array(SIGNALS_BYTES);
  c.attributesInit.call(made);
  c.flags.call(made, SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
  c.mask.call(made, signals);
  signals[(SIGPIPE - 1) >> 3]! |= 1 << ((SIGPIPE - 1) & 7);
  c.defaults.call(made, signals);
  return made;
}

async function ended(c: Calls, pid: number): Promise<number> {
  const status = new Int32Array(1);
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    if (await c.wait.call(pid, view(status), 0) !== pid) continue;
    const signal = status[0]! & 0x7f;
    return signal === 0 ? (status[0]! >> 8) & 0xff : 128 + signal;
  }
  throw new Error(`cannot learn how process ${pid} ended`);
}

/** One pipe to a child: its end, as a number, and ours. */
interface Pipe {
  readonly write: number;
  readonly read: Deno.FsFile;
}

/** Pipes, whose children's ends are closed at the end, and ours too unless they are kept. */
class Pipes implements Disposable {
  readonly #calls: Calls;
  readonly #made: Pipe[] = [];
  readonly #held: { readonly read: number; readonly write: number }[] = [];
  #kept = false;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** A pipe, or `null` where none can be had. */
  open(): Pipe | null {
    const ends = new Int32Array(2);
    if (this.#calls.pipe.call(view(ends), O_CLOEXEC) !== 0) return null;
    const [read, write] = ends as unknown as [number, number];
    try {
      const pipe = { write, read: Deno.openSync(`/proc/self/fd/${read}`, { read: true }) };
      this.#made.push(pipe);
      return pipe;
    } catch {
      this.#calls.close.call(write);
      return null;
    } finally {
      this.#calls.close.call(read);
    }
  }

  /** A pipe whose other end is ours; `null` where none can be had. */
  hold(): { readonly read: number; readonly write: number } | null {
    const ends = new Int32Array(2);
    if (this.#calls.pipe.call(view(ends), O_CLOEXEC) !== 0) return null;
    const held = { read: ends[0]!, write: ends[1]! };
    this.#held.push(held);
    return held;
  }

  keep(): void {
    this.#kept = true;
  }

  [Symbol.dispose](): void {
    for (const { write, read } of this.#made) {
      this.#calls.close.call(write);
      if (!this.#kept) read.close();
    }
    for (const { read, write } of this.#held) {
      this.#calls.close.call(read);
      if (!this.#kept) this.#calls.close.call(write);
    }
  }
}

/** Lists of texts as C has them: addresses, with a null at the end, of texts that end with a NUL. */
function pointers(
  ...lists: readonly (readonly string[])[]
): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const encoded = lists.map((list) => list.map(bytes));
  // Of a buffer of its own, which no collection of garbage moves.
  const text = new Uint8Array(new ArrayBuffer(encoded.flat().reduce((sum, { length }) => sum + length, 0)));
  const start = Deno.UnsafePointer.value(Deno.UnsafePointer.of(text));
  let at = 0;
  const [first, second] = encoded.map((list) => {
    const addresses = new BigUint64Array(list.length + 1);
    for (const [index, one] of list.entries()) {
      text.set(one, at);
      addresses[index] = start + BigInt(at);
      at += one.length;
    }
    kept.set(addresses.buffer, text);
    return view(addresses);
  });
  return [first!, second!];
}
/** What addresses lead to stays for as long as they do. */
const kept = new WeakMap<ArrayBuffer, Uint8Array>();

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text + "\0");
}

function view(array: Int32Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer);
}
