/**
 * The steps a change is made of. Plain data: a step is written down before it is taken, so that whoever finds the
 * change unfinished can take it back, or finish it.
 *
 * @module
 */

import { check, integer, listOf, optional, schemaOf, shape, tableOf, text } from "../../host/light_schema.ts";
import type { BoxTexts, StandaloneRecord } from "../../config/approval.ts";
import { KanibakoError } from "../../host/error.ts";
import type { Schema } from "../../host/store.ts";
import type { WorksetMember } from "../membership/manifest.ts";

/** One step. All paths are absolute. */
export type Step =
  | MakeFolder
  | Copy
  | Rename
  | Fill
  | Write
  | Names
  | Standalone
  | Workset
  | Symlink
  | Unlink
  | DropEmpty
  | Remove
  | Tidy;

/** Makes a folder that must not be there. */
export interface MakeFolder {
  readonly do: "make-folder";
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** All that gets into it is the change's: taken back with its content, otherwise only where it is empty. */
  readonly owned?: boolean;
  /** It is given to this folder's owner, as whom a box may run. */
  readonly ownerOf?: string;
}

/** Copies a file or a folder; `to` must not be there. */
export interface Copy {
  readonly do: "copy";
  readonly from: string;
  readonly to: string;
  /** Paths relative to `from` that are left out, with all below them. */
  readonly exclude?: readonly string[];
  /** The path relative to `from` of a folder that becomes a subvolume, where the file system has such. */
  readonly subvolume?: string;
  /** The original is deleted later: the copy is compared with it, and nothing in it may be passed over. */
  readonly moves?: boolean;
}

/** Renames; `to` must not be there. */
export interface Rename {
  readonly do: "rename";
  readonly from: string;
  readonly to: string;
  /** It may be missing. */
  readonly ifThere?: boolean;
}

/** What the running command makes itself, by `fill` of its hooks: at `path`, where nothing is. */
export interface Fill {
  readonly do: "fill";
  readonly path: string;
  /** For people: "Extract backup.txz". */
  readonly what: string;
}

/** Writes a small text file whole. `null`: there is none. */
export interface Write {
  readonly do: "write";
  readonly file: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Permission bits. [default: 0600] */
  readonly mode?: number;
}

/** Changes the registry of names. */
export interface Names {
  readonly do: "names";
  /** [default: `projects`] */
  readonly table?: "projects" | "worksets";
  readonly drop?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
}

/** Changes this machine's record of a standalone project. */
export interface Standalone {
  readonly do: "standalone";
  readonly path: string;
  readonly before: StandaloneRecord | null;
  readonly after: StandaloneRecord | null;
  /** What was approved, for showing later what changed. */
  readonly beforeTexts?: BoxTexts;
  readonly afterTexts?: BoxTexts;
}

/** Changes the manifest of a workset. */
export interface Workset {
  readonly do: "workset";
  readonly root: string;
  readonly drop?: WorksetMember;
  readonly add?: WorksetMember;
}

/** Makes a link for people where nothing is; what is there stays. */
export interface Symlink {
  readonly do: "symlink";
  readonly path: string;
  readonly target: string;
}

/** Removes a link if it leads there. */
export interface Unlink {
  readonly do: "unlink";
  readonly path: string;
  readonly target: string;
}

/** Removes a folder that must be empty: what a box leaves where something was mounted. */
export interface DropEmpty {
  readonly do: "drop-empty";
  readonly path: string;
  /** Its permission bits. */
  readonly mode: number;
}

/** Deletes with all below it. Cannot be taken back: only after a change's point of no return. */
export interface Remove {
  readonly do: "remove";
  readonly path: string;
}

/** Removes a folder if it is empty. Cannot be taken back. */
export interface Tidy {
  readonly do: "tidy";
  readonly path: string;
}

/** A change: all of it, or nothing. */
export interface Change {
  /** A word: `move`. */
  readonly what: string;
  /** For people, to follow "An unfinished": "move of app to /srv/app". */
  readonly about: string;
  /** The boxes (their ids) that are changed. None of them may run meanwhile. */
  readonly projects: readonly string[];
  /** Ids of boxes that come about, where they are others. */
  readonly makes?: readonly string[];
  readonly steps: readonly Step[];
  /** The index of the point of no return: what fails before it is taken back, from it on all is finished. */
  readonly commitAt: number;
}

/** What can be taken back. */
const UNDOABLE: ReadonlySet<Step["do"]> = new Set(
  [
    "make-folder",
    "copy",
    "rename",
    "fill",
    "write",
    "names",
    "standalone",
    "workset",
    "symlink",
    "unlink",
    "drop-empty",
  ] as const,
);

/** Throws a TypeError for a change that could not be taken back, or not be finished by somebody else. */
export function checkChange({ steps, commitAt }: Change): void {
  if (!Number.isInteger(commitAt) || commitAt < 0 || commitAt > steps.length) throw new TypeError("commitAt");
  steps.forEach((step, index) => {
    if (index < commitAt && !UNDOABLE.has(step.do)) throw new TypeError(`${step.do} before the commit`);
    // Whoever finishes it has neither the hooks nor a way back from a name that is taken.
    if (index >= commitAt && ["fill", "copy", "make-folder"].includes(step.do)) {
      throw new TypeError(`${step.do} after the commit`);
    }
  });
}

/** A change under way, as it is written down. */
export interface Journal extends Change {
  readonly version: 1;
  /** The process at work. */
  readonly pid: number;
  /** How many steps are done. */
  readonly done: number;
  /** By index of a step: what it made, as `device:inode`, so that nothing else is taken for it. */
  readonly made: Readonly<Record<string, string>>;
}

/** The schema of a journal. The file is ours alone; what is checked is that this version wrote it. */
export const journalSchema: Schema<Journal> = schemaOf(shape({
  version: check<1>("not a change that this version can finish", (value) => value === 1),
  what: text,
  about: text,
  projects: listOf(text),
  makes: optional(listOf(text)),
  steps: listOf(check<Step>("not a step", (value) => typeof Object(value).do === "string")),
  commitAt: integer,
  pid: integer,
  done: integer,
  made: tableOf(text),
}));

/** The error of a step that meets something else than was planned with. */
export function surprise(message: string, hint = "Check it and try again."): KanibakoError {
  return new KanibakoError("changed", message, { hint });
}
