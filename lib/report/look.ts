/**
 * What was seen at the places of the table at one moment. A look is kept in the box's state, where no box can write it; the
 * next one is compared with it.
 *
 * @module
 */

import type { Danger } from "./entry.ts";

/** What there was at one path. */
export interface Seen {
  /** The ids of the entries whose place it is, the first in the table first. */
  readonly entries: readonly string[];
  readonly kind: "file" | "folder" | "symlink" | "other";
  /** Permission bits, setuid, setgid and sticky included. */
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  /** Which file it is and when it last changed: equal stamps mean that nothing did. */
  readonly stamp: string;
  /** The SHA-256 of a file's content, in hexadecimal; absent for what is too large to be read. */
  readonly hash?: string;
  /** Where a symlink leads. */
  readonly target?: string;
  /** What of the content counts, by a name such as `core.pager`, where not all of it does. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** One look at a project. */
export interface Look {
  readonly version: 1;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Another one where the table was another: then what is new here may have been there all along. */
  readonly table: string;
  /** By path relative to the project; names that are not UTF-8 as `lib/host/tree/raw_name.ts` writes them. */
  readonly seen: Readonly<Record<string, Seen>>;
  /** Folders in which there was more than was looked at. */
  readonly bounds: readonly string[];
}

/** What happened at a path between two looks. `executable`: nothing but that it can be executed now. */
export type Change = "new" | "changed" | "removed" | "executable";

/** One line of a report. */
export interface Finding {
  /** Relative to the project. */
  readonly path: string;
  /** What happened to it. */
  readonly change: Change;
  /** The id of the entry of the table. */
  readonly entry: string;
  /** What it is: "git hook". */
  readonly what: string;
  /** What it does, and when: "runs when you push". */
  readonly effect: string;
  /** How little it takes to run it. */
  readonly danger: Danger;
  /** What in it changed, where only some of it counts: `core.pager`, `scripts.postinstall`. */
  readonly keys: readonly string[];
  /** Where a symlink leads now. */
  readonly target?: string;
  /** How many there are, where several in one folder are one line; `path` is the folder then. */
  readonly count?: number;
}
