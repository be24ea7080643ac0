/**
 * Where the streams of a command go.
 *
 * @module
 */

import type { TerminalSize } from "../host/pty.ts";

/** Takes bytes as they come. A promise it returns holds the sender back. */
export type ByteSink = (chunk: Uint8Array) => void | Promise<void>;

/**
 * The user's terminal, lent to one command at a time. It is in raw mode while it is lent, and whatever a command shows there is
 * filtered.
 */
export interface UserTerminal {
  /** The variable `TERM`. */
  readonly type: string;
  /** Lends it until the answer is disposed of. */
  lend(): LentTerminal;
  /** Starts a program of this host on a terminal of its own, which is shown on the user's until the program has ended. */
  start(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): ShownProgram;
}

/** Sees what the user's terminal does. */
export interface TerminalWitness {
  /** What is shown from now on has this size. */
  resize(size: TerminalSize): void;
  /** What is shown, filtered. */
  output(bytes: Uint8Array): void;
}

/** The terminal while a command has it. */
export interface LentTerminal extends Disposable {
  readonly size: TerminalSize;
  /** Calls back with each new size. Once. */
  onResize(report: (size: TerminalSize) => void): void;
  /** The next keys; `undefined` once the terminal is gone or was given back. Valid until the next. */
  read(): Promise<Uint8Array | undefined>;
  /** Shows what the command has written. False once the terminal is gone. */
  show(bytes: Uint8Array): Promise<boolean>;
}

/** A program of this host on the user's terminal. */
export interface ShownProgram {
  /** Its exit code, once all it has shown is on the terminal, and that was given back. */
  readonly exit: Promise<number>;
  /** Its standard error, which comes apart. */
  readonly stderr: AsyncIterable<Uint8Array>;
  /** Sends it a signal; no error when it has already ended. */
  kill(signal: Deno.Signal): void;
  /** SIGTERM, and SIGKILL 2 s later when it has not ended by then. */
  end(): void;
  /** Says something beside what it shows. */
  say(bytes: Uint8Array): Promise<void>;
}

/** What of a command's bytes reaches a terminal, where its streams go to one though the command has none of its own. */
export interface Shows {
  readonly stdout?: (bytes: Uint8Array) => Uint8Array;
  readonly stderr?: (bytes: Uint8Array) => Uint8Array;
}

/** Where the streams of a command go. */
export type Io =
  /** To this process's own streams. `shows`: what of the bytes is shown, for each that is a terminal. */
  | { readonly kind: "inherit"; readonly shows?: Shows }
  /** To the user's terminal: the command gets one of its own. */
  | { readonly kind: "terminal"; readonly terminal: UserTerminal }
  /** Nowhere. The box starts detached. */
  | { readonly kind: "none" }
  /**
   * To the caller. Standard input that is absent is empty, or, with `holdInput`, open until the command is released. It is taken for each
   * try of a start: what is to be whole whichever try begins is a getter.
   */
  | {
    readonly kind: "streams";
    readonly stdin?: ReadableStream<Uint8Array>;
    readonly holdInput?: boolean;
    readonly stdout?: ByteSink;
    readonly stderr?: ByteSink;
  };
