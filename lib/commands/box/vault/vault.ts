/**
 * `kanibako box vault ...`.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, text, toggle, word } from "../../command.ts";
import type { Group } from "../../command.ts";

const project = optionalWord("project", "A project's name or folder; the project here unless told");
const projectFlag = text("DIR", "The project's name or folder; the project here unless told");
const json = toggle("Print JSON");
const force = toggle("Do not ask");
const engine = choice(["podman", "docker"], "Ask this container engine whether the box runs");

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
  brief: "Take a snapshot of what the box keeps in its vault",
  flags: {
    name: text("NAME", "Its name; its time unless told"),
    note: text("TEXT", "What it is for"),
    strategy: choice(["btrfs", "reflink", "hardlink", "archive"], "How it is made, for this once"),
    xz: toggle("An archive is compressed with xz"),
    home: toggle("Take the box's home too, without its credentials"),
    ifChanged: toggle("Only when something changed since the last one"),
    json,
    quiet: toggle("Print its name only"),
  },
  short: { q: "quiet", n: "name" },
  positional: [project],
  projectOption: true,
  examples: [
    ["kanibako box vault snapshot", "of the project here"],
    [
      "kanibako box vault snapshot app --name before-upgrade",
      "with a name; it stays until it is pruned by hand",
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
  brief: "List the snapshots",
  flags: { json, quiet: toggle("Names only, one a line") },
  short: { q: "quiet" },
  positional: [project],
  projectOption: true,
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
  brief: "Show what changed since a snapshot, or between two",
  flags: {
    project: projectFlag,
    file: text("PATH", "Show the text of one file on both sides"),
    content: toggle("Compare the content of files that look the same too"),
    json,
    quiet: toggle("Paths only, one a line"),
  },
  short: { p: "project", q: "quiet" },
  positional: [
    optionalWord("a", "A snapshot; the last one unless told"),
    optionalWord("b", "Another snapshot; what is there now unless told"),
  ],
  examples: [["kanibako box vault diff", "what changed since the last snapshot"]],
  load: () => import("./diff_action.ts"),
});

/** Options of `restore`. */
export interface RestoreFlags {
  readonly project?: string;
  readonly home: boolean;
  readonly stop: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly engine?: "podman" | "docker";
}

const restore: Command = command<RestoreFlags, [name: string]>({
  brief: "Take the vault, or some files of it, back to a snapshot",
  description: `What is there now is kept in a snapshot first, so that this can be undone the same way.`,
  flags: {
    project: projectFlag,
    home: toggle("Take the box's home back too; its credentials stay"),
    stop: toggle("Stop the box when it is running"),
    force,
    json,
    engine,
  },
  short: { p: "project", f: "force" },
  positional: [word("name", "The snapshot")],
  more: { placeholder: "path", brief: "Only these files or folders of the vault" },
  examples: [
    ["kanibako box vault restore 20260131T120000Z", "everything"],
    ["kanibako box vault restore before-upgrade notes/plan.md", "one file"],
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
    `Kept are the newest, and the last of each day and week: as many as vault.keep, vault.keep_daily and
vault.keep_weekly say. (The last of each of 24 hours, which stays when a launch thins them out, is not
kept by this.) With any of --keep, --keep-daily and --keep-weekly only what these say is
kept, and nothing of the settings; look first with --dry-run. Snapshots with a name of their own stay
unless --all is given, and so do those that were not taken here.`,
  flags: {
    keep: text("N", "How many of the newest stay; 0 where only the others are given"),
    keepDaily: text("N", "Of how many days the last stays; 0 where only the others are given"),
    keepWeekly: text("N", "Of how many weeks the last stays; 0 where only the others are given"),
    all: toggle("Also snapshots with a name of their own, and those not taken here"),
    damaged: toggle("Only damaged snapshots: those whose record is missing or cannot be read"),
    dryRun: toggle("Say which, remove none"),
    force,
    json,
    quiet: toggle("Names only, one a line"),
  },
  short: { f: "force", q: "quiet" },
  positional: [project],
  projectOption: true,
  examples: [[
    "kanibako box vault prune --keep 5 --keep-weekly 8",
    "the newest five, and one of each of eight weeks",
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
  brief: "Check that snapshots are what they were",
  flags: { project: projectFlag, json, quiet: toggle("Names of damaged ones only, one a line") },
  short: { p: "project", q: "quiet" },
  positional: [optionalWord("name", "A snapshot; all unless told")],
  load: () => import("./verify_action.ts"),
});

/** Options of `export`. */
export interface ExportFlags {
  readonly project?: string;
  readonly force: boolean;
}

const exportOne: Command = command<ExportFlags, [name: string, file?: string]>({
  brief: "Write a snapshot as one file",
  description: `The file is a tar archive, compressed as its name says: .tar.zst, .tar.xz or .tar.`,
  flags: { project: projectFlag, force: toggle("Replace the file when there is one") },
  short: { p: "project", f: "force" },
  positional: [
    word("name", "The snapshot"),
    optionalWord("file", "The file; PROJECT-SNAPSHOT.tar.zst here unless told"),
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
  brief: "Make a snapshot from a file",
  description:
    `Takes what export wrote, and any other tar archive. To bring it back afterwards: kanibako box vault restore.`,
  flags: {
    project: projectFlag,
    name: text("NAME", "The snapshot's name; the file's unless told"),
    note: text("TEXT", "What it is for"),
    anySize: toggle("However much it holds; for archives of your own"),
    quiet: toggle("Print its name only"),
  },
  short: { p: "project", n: "name", q: "quiet" },
  positional: [word("file", "The archive")],
  load: () => import("./import_action.ts"),
});

/** The group. */
export const vault: Group = {
  kind: "group",
  brief: "The vault: snapshots of what a box keeps, and the way back to them",
  commands: { snapshot, list, diff, restore, prune, verify, export: exportOne, import: importOne },
  aliases: { ls: "list", create: "snapshot", rm: "prune" },
  default: "list",
};
