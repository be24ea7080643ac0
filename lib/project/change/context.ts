/**
 * What a step of a change is given beside itself, and how it knows what it has made.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";

/** What a step is given beside itself. */
export interface StepContext {
  readonly host: Host;
  /** A name for temporary files, the change's and the step's own. */
  readonly tag: string;
  /** The process that takes, or took, the step. */
  readonly pid: number;
  /** What the step has made already, as `device:inode`. */
  readonly made: string | undefined;
  /** Writes down what the step has made. */
  mark(made: string): Promise<void>;
  /** Of the running command. */
  readonly fill?: (path: string) => Promise<void>;
  readonly onProgress?: (done: { files: number; bytes: number }) => void;
  /** Ends a copy when it fires. */
  readonly signal?: AbortSignal;
  /** What was passed over: FIFOs, sockets, devices. */
  readonly onSkipped?: (path: string, kind: string) => void;
  /** Deletes a folder a box could write. */
  readonly removeTree: (path: string) => Promise<void>;
}

/** Where a copy is made before it gets its name: beside it, so that a rename is enough. */
export function temporary(path: string, tag: string): string {
  return `${path.slice(0, path.lastIndexOf("/"))}/.kanibako-${tag}`;
}

/** What a path is, whatever it is called: `device:inode`. Empty when there is nothing. */
export async function identity(path: string): Promise<string> {
  const info = await Deno.lstat(path).catch(() => undefined);
  return info === undefined ? "" : `${info.dev}:${info.ino}`;
}
