/**
 * `kanibako box vault ...`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import {
  choice,
  type Command,
  command,
  type Group,
  optionalWord,
  text,
  toggle,
  word,
} from "../../command.ts";
import { engine, force, json, namesOnly, project, projectFlag } from "../../shared_options.ts";

/** Options of `snapshot`. */
export interface SnapshotFlags {
  readonly name?: string;
  readonly note?: string;
  readonly strategy?: "btrfs" | "reflink" | "hardlink" | "archive";
  readonly xz: boolean;
  readonly home: boolean;
  readonly ifChanged: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const snapshot: Command = command<SnapshotFlags, [project?: string]>({
  brief: "Take a snapshot of a box's vault",
  flags: {
    name: text("NAME", "Name of the snapshot [default: the current time]"),
    note: text("TEXT", "Note to store with the snapshot"),
    strategy: choice(
      ["btrfs", "reflink", "hardlink", "archive"],
      "How to make this snapshot [default: vault.strategy]",
    ),
    xz: toggle("Compress an archive with xz"),
    home: toggle("Include the box's home, without its credentials"),
    ifChanged: toggle("Do nothing if nothing changed since the last snapshot"),
    json,
    quiet: toggle("Print only its name"),
  },
  short: { q: "quiet", n: "name" },
  positional: [project],
  projectOption: true,
  examples: [
    ["kanibako box vault snapshot", "take a snapshot for this folder"],
    [
      "kanibako box vault snapshot app --name before-upgrade",
      "name it, so that it is kept until you prune it",
    ],
  ],
  load: () => import("./snapshot_action.ts"),
});

/** Options of `list`. */
export interface ListFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

const list: Command = command<ListFlags, [project?: string]>({
  brief: "List snapshots",
  flags: { json, quiet: namesOnly },
  short: { q: "quiet" },
  positional: [project],
  projectOption: true,
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** Options of `diff`. */
export interface DiffFlags {
  readonly project?: string;
  readonly file?: string;
  readonly content: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const diff: Command = command<DiffFlags, [a?: string, b?: string]>({
  brief: "Show what changed since a snapshot, or between two snapshots",
  exclusive: [["file", "content"], ["file", "json"], ["file", "quiet"]],
  flags: {
    project: projectFlag,
    file: text("PATH", "Show one file's text on both sides"),
    content: toggle("Also compare the content of files with the same size and time"),
    json,
    quiet: toggle("Print paths only, one per line"),
  },
  short: { p: "project", q: "quiet" },
  positional: [
    optionalWord("a", "Snapshot to compare [default: the last one]", "snapshot"),
    optionalWord("b", "Snapshot to compare with [default: the current files]", "snapshot"),
  ],
  examples: [["kanibako box vault diff", "show what changed since the last snapshot"]],
  initialise: false,
  load: () => import("./diff_action.ts"),
});

/** Options of `restore`. */
export interface RestoreFlags {
  readonly project?: string;
  readonly home: boolean;
  readonly stop: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly engine?: RuntimeKind;
}

const restore: Command = command<RestoreFlags, [name: string]>({
  brief: "Restore the vault, or some of its files, from a snapshot",
  description:
    `Takes a snapshot of the current files first, so that a restore can be undone by another restore.`,
  flags: {
    project: projectFlag,
    home: toggle("Also restore the box's home, but keep its credentials"),
    stop: toggle("Stop the box if it is running"),
    force,
    json,
    engine,
  },
  short: { p: "project", f: "force" },
  positional: [word("name", "Name of a snapshot", "snapshot")],
  more: { placeholder: "path", brief: "Restore only these files or folders of the vault" },
  examples: [
    ["kanibako box vault restore 20260131T120000Z", "restore everything"],
    ["kanibako box vault restore before-upgrade notes/plan.md", "restore one file"],
  ],
  load: () => import("./restore_action.ts"),
});

/** Options of `prune`. */
export interface PruneFlags {
  readonly keep?: string;
  readonly keepDaily?: string;
  readonly keepWeekly?: string;
  readonly all: boolean;
  readonly damaged: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const prune: Command = command<PruneFlags, [project?: string]>({
  brief: "Remove old snapshots",
  description:
    `Keeps the newest snapshots and the last of each day and week, as set by vault.keep, vault.keep_daily and
vault.keep_weekly. (Unlike the pruning at launch, it does not keep the last snapshot of each of 24 hours.) If
any --keep option is given, the settings are ignored and only the given options count; preview the result
with --dry-run. Named snapshots and snapshots from elsewhere are kept unless --all is given.`,
  exclusive: [["damaged", "keep"], ["damaged", "keepDaily"], ["damaged", "keepWeekly"], ["damaged", "all"]],
  flags: {
    keep: text("N", "Keep the N newest snapshots [default: 0 if another --keep option is given]"),
    keepDaily: text(
      "N",
      "Keep the last snapshot of each of N days [default: 0 if another --keep option is given]",
    ),
    keepWeekly: text(
      "N",
      "Keep the last snapshot of each of N weeks [default: 0 if another --keep option is given]",
    ),
    all: toggle("Also remove named snapshots and snapshots from elsewhere"),
    damaged: toggle("Remove only damaged snapshots, whose record is missing or unreadable"),
    dryRun: toggle("Show what would be removed, and remove nothing"),
    force,
    json,
    quiet: namesOnly,
  },
  short: { f: "force", q: "quiet" },
  positional: [project],
  projectOption: true,
  examples: [[
    "kanibako box vault prune --keep 5 --keep-weekly 8",
    "keep the newest five, and one for each of eight weeks",
  ]],
  load: () => import("./prune_action.ts"),
});

/** Options of `verify`. */
export interface VerifyFlags {
  readonly project?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

const verify: Command = command<VerifyFlags, [name?: string]>({
  brief: "Check snapshots against their checksums",
  flags: {
    project: projectFlag,
    json,
    quiet: toggle("Print only the names of damaged snapshots, one per line"),
  },
  short: { p: "project", q: "quiet" },
  positional: [optionalWord("name", "Name of a snapshot [default: all]", "snapshot")],
  load: () => import("./verify_action.ts"),
});

/** Options of `export`. */
export interface ExportFlags {
  readonly project?: string;
  readonly force: boolean;
}

const exportOne: Command = command<ExportFlags, [name: string, file?: string]>({
  brief: "Write a snapshot to an archive file",
  description: `Writes a tar archive, compressed according to its name: .tar.zst, .tar.xz or .tar.`,
  flags: { project: projectFlag, force: toggle("Overwrite an existing file") },
  short: { p: "project", f: "force" },
  positional: [
    word("name", "Name of a snapshot", "snapshot"),
    optionalWord("file", "File to write [default: PROJECT-SNAPSHOT.tar.zst here]"),
  ],
  load: () => import("./export_action.ts"),
});

/** Options of `import`. */
export interface ImportFlags {
  readonly project?: string;
  readonly name?: string;
  readonly note?: string;
  readonly anySize: boolean;
  readonly quiet: boolean;
}

const importOne: Command = command<ImportFlags, [file: string]>({
  brief: "Create a snapshot from an archive file",
  description:
    `Accepts files written by export, and any other tar archive. To restore it, run kanibako box vault restore.`,
  flags: {
    project: projectFlag,
    name: text("NAME", "Name of the snapshot [default: the file's name]"),
    note: text("TEXT", "Note to store with the snapshot"),
    anySize: toggle("Lift the size limits, for archives you trust"),
    quiet: toggle("Print only its name"),
  },
  short: { p: "project", n: "name", q: "quiet" },
  positional: [word("file", "Archive file")],
  load: () => import("./import_action.ts"),
});

/** The group. */
export const vault: Group = {
  kind: "group",
  brief: "Manage the vault: snapshots of what a box keeps",
  commands: { snapshot, list, diff, restore, prune, verify, export: exportOne, import: importOne },
  aliases: { ls: "list", create: "snapshot", rm: "prune" },
  default: "list",
};
