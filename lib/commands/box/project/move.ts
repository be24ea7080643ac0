/**
 * `kanibako box move`, `duplicate`, `migrate` and `purge`, and `fork`.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, text, toggle, word } from "../../command.ts";
import type { ChangeFlags } from "./make_change.ts";

const plan = toggle("Show what would be done, and do nothing");
const force = toggle("Do not ask, and stop the box when it is running");
const engine = choice(["podman", "docker"], "Use this container engine");
const name = text("NAME", "The name it gets");
const workset = text("WORKSET", "The workset it comes into");
const withCredentials = toggle("Copy a login that is the box's own, too");
const MODES = ["default", "standalone", "workset", "account-centric", "decentralized"] as const;

/** A mode, also in the words of earlier versions. */
export type ModeWord = typeof MODES[number];

/** The declaration of `box move`. */
export const boxMove: Command = command<ChangeFlags, [first: string, second?: string]>({
  brief: "Move a project's folder, with all that belongs to it",
  description:
    `The project keeps its name, its home, its settings, its vault and its conversations. A folder that is moved by
hand is found again with: kanibako box migrate OLD NEW`,
  flags: { plan, force, engine },
  short: { f: "force" },
  positional: [
    word("project", "A project's name or folder; with one word only: this folder's"),
    optionalWord("dest", "The new folder, which must not be there yet"),
  ],
  examples: [
    ["kanibako box move api ~/work/api", "move the project api there"],
    ["kanibako box move ../api-old", "move this folder's project"],
  ],
  load: () => import("./move_action.ts"),
});

/** Options of `box duplicate`. */
export interface DuplicateFlags extends ChangeFlags {
  readonly bare: boolean;
  readonly to?: ModeWord;
  readonly workset?: string;
  readonly name?: string;
  readonly withCredentials: boolean;
}

/** The declaration of `box duplicate`. */
export const boxDuplicate: Command = command<DuplicateFlags, [source: string, dest?: string]>({
  brief: "Copy a project: its folder, home, settings and vault",
  description:
    `The copy is a project of its own: another name, another home, another vault. A login the box shares with the host
stays shared; one that is the box's own is left out, as two boxes with one login log each other out.`,
  flags: {
    bare: toggle("Copy the box only, not the folder"),
    to: choice(MODES, "The copy's mode; the original's unless told"),
    workset,
    name,
    withCredentials,
    plan,
    force,
    engine,
  },
  short: { f: "force" },
  positional: [
    word("source", "A project's name or folder"),
    optionalWord("dest", "The copy's folder, which must not be there yet; SOURCE-copy unless told"),
  ],
  examples: [
    ["kanibako box duplicate api", "a copy in the folder api-copy beside it"],
    ["kanibako box duplicate api ~/try --to standalone", "a copy with all of its state in its folder"],
  ],
  load: () => import("./duplicate_action.ts"),
});

/** Options of `box migrate`. */
export interface MigrateFlags extends ChangeFlags {
  readonly to?: ModeWord;
  readonly workset?: string;
  readonly name?: string;
  readonly inPlace: boolean;
}

/** The declaration of `box migrate`. */
export const boxMigrate: Command = command<MigrateFlags, [project?: string, path?: string]>({
  brief: "Change a project's mode, or find one again whose folder was moved",
  description:
    `With --to: the project gets another mode, and its home, settings and vault go where that mode keeps them. One that comes
into a workset is moved there, unless --in-place leaves its folder where it is.
Without --to: PROJECT is one whose folder is gone, and PATH the folder it has now.`,
  flags: {
    to: choice(MODES, "The new mode"),
    workset,
    name,
    inPlace: toggle("Leave the folder where it is"),
    plan,
    force,
    engine,
  },
  short: { f: "force" },
  positional: [
    optionalWord("project", "A project's name or folder; with --to: this folder's unless told"),
    optionalWord("path", "Its new folder"),
  ],
  examples: [
    ["kanibako box migrate api --to standalone", "keep all of its state inside its folder"],
    ["kanibako box migrate --to workset --workset client --in-place", "put this folder into a workset"],
    ["kanibako box migrate api ~/new/api", "its folder was moved there by hand"],
  ],
  load: () => import("./migrate_action.ts"),
});

/** Options of `box purge`. */
export interface PurgeFlags extends ChangeFlags {
  readonly all: boolean;
}

/** The declaration of `box purge`. */
export const boxPurge: Command = command<PurgeFlags, [project?: string]>({
  brief: "Delete a box's data and forget the project; its own folder stays",
  flags: { all: toggle("Every box there is"), plan, force, engine },
  short: { f: "force" },
  projectOption: true,
  positional: [optionalWord("project", "A project's name or folder; this folder's unless told")],
  examples: [["kanibako box purge api", "as kanibako rm api --purge"]],
  load: () => import("./purge_action.ts"),
});

/** Options of `fork`. */
export interface ForkFlags extends ChangeFlags {
  readonly project?: string;
  readonly withCredentials: boolean;
}

/** The declaration of `fork`. */
export const boxFork: Command = command<ForkFlags, [name: string]>({
  brief: "Copy this project to a folder beside it, to try something out",
  flags: {
    project: text("DIR", "The project; this folder's unless told"),
    withCredentials,
    plan,
    force,
    engine,
  },
  short: { f: "force", p: "project" },
  positional: [word("name", "What the copy is for; its folder is FOLDER.NAME")],
  examples: [["kanibako box fork idea", "a copy of ./api in ../api.idea"]],
  load: () => import("./fork_action.ts"),
});
