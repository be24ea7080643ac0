/**
 * Children whose streams are bytes: what an engine's client or a command in a box says is passed on as it comes.
 *
 * @module
 */

import { type Bytes, readerOf } from "./byte_pieces.ts";
import { asChild, asGroup, type Child, kill, start, type StartOptions, startQuickly } from "./process.ts";

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
  options: Pick<StartOptions, "env" | "cwd" | "family"> = {},
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
