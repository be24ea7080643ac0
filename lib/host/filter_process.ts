/**
 * Children that turn bytes of ours into a file or a file into bytes: compressors.
 *
 * @module
 */

import { collect } from "./byte_pieces.ts";
import { asChild, kill, start } from "./process.ts";

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
