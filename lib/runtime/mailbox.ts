/**
 * How a run and its host talk without a connection: what the host hands in, read-only in the box, and the flat folder in which
 * the box leaves single files. All that comes out is suspect.
 *
 * @module
 */

import type { HandedFile } from "../spec/box_spec.ts";

/** The mailbox of one run. Closing it lets go of what this process holds; the run's files stay. */
export interface Mailbox extends AsyncDisposable {
  /** Resolves to true once the box's first process has run, to false when the mailbox is closed before. No box can take it back. */
  readonly begun: Promise<boolean>;
  /** Whether it has begun by now. */
  hasBegun(): Promise<boolean>;
  /** Adds to what was handed in, by paths relative to it. The file named `todo` comes last and whole. */
  put(files: ReadonlyMap<string, HandedFile>): Promise<void>;
  /** A regular file of at most `maxBytes` that the box left. `undefined`: there is none. Throws `out-folder` for anything else. */
  take(name: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Waits until the box says that it left something, or nobody in it holds its end any more. At once when it has ended. */
  wait(): Promise<"said" | "silent">;
  /** Whether anybody in the box holds its end now. Asked without waiting. */
  alive(): Promise<boolean>;
  /**
   * Whether a process of the box is seen that holds its end: the word against a runtime that does not know the box any more. Absent where
   * a box's processes are not this host's.
   */
  isInhabited?(): Promise<boolean>;
  /**
   * Ends the box by its processes, where its runtime does not know it any more: SIGTERM, and SIGKILL after `graceMs`. Throws `cannot-end`
   * with their numbers where this user may not.
   */
  endBox?(graceMs: number): Promise<void>;
  /** Announces somebody who joined a foreground run: the box waits for them. */
  enter(): Promise<Disposable>;
  /**
   * Listens for processes of the box, which connect to a socket of that name in what is handed in. Absent where the box shares no
   * file system with this host.
   */
  listen?(name: string): Deno.Listener;
  /** Deletes the host's half. What the box may have written is only touched by a sweep, by handle. */
  remove(): Promise<void>;
}
