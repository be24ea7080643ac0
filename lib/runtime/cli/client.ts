/**
 * An engine's client that runs a command of a box on somebody's streams. Bytes pass as they are.
 *
 * @module
 */

import { hasNoReader } from "../../host/pipe.ts";
import type { Bytes } from "../../host/byte_pieces.ts";
import { open } from "../../host/open_process.ts";
import { pause } from "../../host/timer.ts";
import type { Io } from "../io.ts";
import type { Command } from "./command.ts";
import { HeldErrors } from "./held_errors.ts";
import { writeAll } from "../../host/write_all.ts";

/** What other programs end with when nobody reads their output any more. */
const SIGPIPE_CODE = 141;
const STDOUT = 1;
/** How long what a client that is to end has said may take to be passed on. Somebody may never read it. */
const LAST_WORDS_MS = 500;

/** A client that runs. */
export interface Client {
  /** Its exit code, once everything it said was passed on. Rejects when a sink of the caller's does. */
  readonly exit: Promise<number>;
  /** Its standard error. */
  readonly held: HeldErrors;
  /** Sends the client itself a signal. */
  kill(signal: Deno.Signal): void;
  /** Ends the client, soon, whoever reads what it said. */
  end(): void;
  /** Closes the standard input that was held open. */
  release(): void;
}

/** Starts a client. `saysBegun`: see {@link HeldErrors}. */
export function startClient(command: Command, io: Io, saysBegun: boolean): Client {
  const child = started(command, io);
  const held = new HeldErrors({
    write: io.kind === "streams" ? (bytes) => io.stderr?.(bytes) : child.say ?? errorsTo(io),
    saysBegun,
    ...(io.kind === "inherit" ? { readerGone: () => hasNoReader(STDOUT) } : {}),
  });
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<void>();
  const unread = givenUp.then(() => child.exit).then(() => pause(LAST_WORDS_MS));
  const exit = passAll(child, io, held, unread);
  // Who waits for it may come later.
  exit.catch(() => {});
  return {
    exit,
    held,
    kill: child.kill,
    end: () => {
      giveUp();
      child.end();
    },
    release: () => void child.stdin?.close().catch(() => {}),
  };
}

/** A client as a program of this host. What is said beside it on a terminal needs the terminal's own way. */
interface ClientProgram {
  readonly exit: Promise<number>;
  readonly stdin?: WritableStream<Uint8Array> | undefined;
  readonly stdout?: Bytes | undefined;
  readonly stderr: AsyncIterable<Uint8Array>;
  readonly say?: (bytes: Uint8Array) => Promise<void>;
  kill(signal: Deno.Signal): void;
  end(): void;
  dismiss?(): void;
}

function started({ argv, env }: Command, io: Io): ClientProgram {
  if (io.kind === "terminal") return io.terminal.start(argv, env);
  return open(argv, streamsOf(io), { env });
}

/** How the client's own streams are connected. */
function streamsOf(io: Exclude<Io, { kind: "terminal" }>): Parameters<typeof open>[1] {
  // What a terminal shows comes through us.
  if (io.kind === "inherit") return { stdin: "inherit", stdout: io.shows?.stdout ? "piped" : "inherit" };
  if (io.kind === "none") return { stdin: "null", stdout: "null" };
  return { stdin: io.stdin || io.holdInput ? "piped" : "null", stdout: io.stdout ? "piped" : "null" };
}

async function passAll(
  child: ClientProgram,
  io: Io,
  held: HeldErrors,
  unread: Promise<void>,
): Promise<number> {
  const given = io.kind === "streams" ? io.stdin : undefined;
  const input = given && child.stdin ? new AbortController() : undefined;
  // Whoever does not read all of its input has ended; that is no failure.
  if (input) given!.pipeTo(child.stdin!, { signal: input.signal }).catch(() => {});
  const sink = io.kind === "streams" ? io.stdout : outputTo(io);
  const passing = Promise.all([
    pass(child.stderr, (bytes) => held.push(bytes)),
    child.stdout && sink ? pass(child.stdout, sink) : undefined,
  ]).catch((error: unknown) => {
    child.end();
    throw error;
  });
  try {
    const [code] = await Promise.all([child.exit, Promise.race([passing, unread])]);
    return held.readerGone ? SIGPIPE_CODE : code;
  } finally {
    input?.abort();
    child.dismiss?.();
  }
}

async function pass(
  stream: AsyncIterable<Uint8Array>,
  sink: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  for await (const piece of stream) await sink(piece);
}

/** Takes standard output where a terminal shows it. */
function outputTo(io: Io): ((bytes: Uint8Array) => void) | undefined {
  const shown = io.kind === "inherit" ? io.shows?.stdout : undefined;
  return shown && ((bytes) => writeAll(Deno.stdout, shown(bytes)));
}

function errorsTo(io: Io): (bytes: Uint8Array) => void {
  const shown = io.kind === "inherit" ? io.shows?.stderr : undefined;
  return (bytes) => writeError(shown ? shown(bytes) : bytes);
}

function writeError(bytes: Uint8Array): void {
  try {
    writeAll(Deno.stderr, bytes);
  } catch (error) {
    // There is nobody to say it to.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
