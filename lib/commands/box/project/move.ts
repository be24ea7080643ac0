/**
 * `kanibako box move`, `duplicate`, `migrate` and `purge`, and `fork`.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, text, toggle, word } from "../../command.ts";
import { MODES, type ModeWord } from "../../../app/project/mode_words.ts";
import { engine, forceAndStop as force, plan, project } from "../../shared_options.ts";
import type { ChangeFlags } from "./show_change.ts";

const name = text("NAME", "Name of the project afterwards [default: unchanged]");
const workset = text("WORKSET", "Workset to put it into");
const withCredentials = toggle("Also copy a login of the box's own");

/** The declaration of `box move`. */
export const boxMove: Command = command<ChangeFlags, [first: string, second?: string]>({
  brief: "Move a project's folder and everything that belongs to it",
  description:
    `The project keeps its name, home, settings, vault and conversations. If you moved the folder by hand, run
kanibako box migrate OLD NEW instead.`,
  flags: { plan, force, engine },
  short: { f: "force" },
  positional: [
    word(
      "project",
      "Name or folder of a project; with one argument this is DEST, for this folder",
      "project",
    ),
    optionalWord("dest", "New folder, which must not exist"),
  ],
  examples: [
    ["kanibako box move api ~/code/api", "move the project api"],
    ["kanibako box move ../api-old", "move this folder"],
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
    `The copy is an independent project with its own name, home and vault. A login shared with the host stays
shared. A login of the box's own is not copied, because two boxes with one login log each other out.`,
  flags: {
    bare: toggle("Copy the box only, not the folder"),
    to: choice(MODES, "Mode of the copy [default: same as the original]"),
    workset,
    name,
    withCredentials,
    plan,
    force,
    engine,
  },
  short: { f: "force" },
  positional: [
    word("source", "Name or folder of a project", "project"),
    optionalWord("dest", "Folder of the copy, which must not exist [default: SOURCE-copy]"),
  ],
  examples: [
    ["kanibako box duplicate api", "copy it to the folder api-copy beside it"],
    ["kanibako box duplicate api ~/try --to standalone", "make the copy standalone"],
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
  brief: "Change a project's mode, or reconnect one whose folder was moved",
  description:
    `With --to, changes the project's mode and moves its home, settings and vault to where that mode keeps them. A project
that joins a workset is moved into it, unless --in-place is given.
Without --to, reconnects PROJECT, whose folder is gone, to its new folder PATH. With --name alone, renames it.`,
  flags: {
    to: choice(MODES, "New mode of the project"),
    workset,
    name,
    inPlace: toggle("Leave the folder where it is"),
    plan,
    force,
    engine,
  },
  short: { f: "force" },
  positional: [
    optionalWord("project", "Name or folder of a project [default with --to: this folder]", "project"),
    optionalWord("path", "New folder of the project"),
  ],
  examples: [
    ["kanibako box migrate api --to standalone", "keep all of its state inside its folder"],
    ["kanibako box migrate --to workset --workset client --in-place", "add this folder to a workset"],
    ["kanibako box migrate api ~/new/api", "reconnect it after its folder was moved"],
    ["kanibako box migrate api --name web", "rename it"],
  ],
  load: () => import("./migrate_action.ts"),
});

/** Options of `box purge`. */
export interface PurgeFlags extends ChangeFlags {
  readonly all: boolean;
}

/** The declaration of `box purge`. */
export const boxPurge: Command = command<PurgeFlags, [project?: string]>({
  brief: "Delete a box's data and forget the project, but keep its folder",
  flags: { all: toggle("Purge every box"), plan, force, engine },
  short: { f: "force" },
  projectOption: true,
  positional: [project],
  examples: [["kanibako box purge api", "same as kanibako rm api --purge"]],
  load: () => import("./purge_action.ts"),
});

/** Options of `fork`. */
export interface ForkFlags extends ChangeFlags {
  readonly project?: string;
  readonly withCredentials: boolean;
}

/** The declaration of `fork`. */
export const boxFork: Command = command<ForkFlags, [name: string]>({
  brief: "Copy this project to a folder beside it, to try something",
  flags: {
    project: text("DIR", "Name or folder of a project [default: this folder]", "project"),
    withCredentials,
    plan,
    force,
    engine,
  },
  short: { f: "force", p: "project" },
  positional: [word("name", "What the copy is for; its folder becomes FOLDER.NAME")],
  examples: [["kanibako box fork idea", "copy ../api to ../api.idea"]],
  load: () => import("./fork_action.ts"),
});
