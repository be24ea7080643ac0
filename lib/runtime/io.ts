/**
 * Where the streams of a command go.
 *
 * @module
 */

/** Takes bytes as they come. A promise it returns holds the sender back. */
export type ByteSink = (chunk: Uint8Array) => void | Promise<void>;

/** Where the streams of a command go. */
export type Io =
  /** To this process's own streams. `terminal`: they are a terminal, and the command gets one of its own. */
  | { readonly kind: "inherit"; readonly terminal: boolean }
  /** Nowhere. The box starts detached. */
  | { readonly kind: "none" }
  /** To the caller. Standard input that is absent is empty, or, with `holdInput`, open until the command is released. */
  | {
    readonly kind: "streams";
    readonly stdin?: ReadableStream<Uint8Array>;
    readonly holdInput?: boolean;
    readonly stdout?: ByteSink;
    readonly stderr?: ByteSink;
  };
