/**
 * The `kanibako record` commands: declarations.
 *
 * @module
 */

import { type Command, command, type Group, optionalWord, text, toggle } from "../command.ts";
import { force, json, namesOnly as quiet } from "../shared_options.ts";

/** Options of `record list`. */
export interface RecordListFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Options of `record show`. */
export interface RecordShowFlags {
  readonly since?: string;
  readonly kind?: string;
  readonly run?: string;
  readonly lines?: string;
  readonly json: boolean;
}

/** Options of `record verify`. */
export interface RecordVerifyFlags {
  readonly file?: string;
  readonly key?: string;
  readonly json: boolean;
}

/** Options of `record export`. */
export interface RecordExportFlags {
  readonly out?: string;
  readonly force: boolean;
}

/** Options of `record rm`. */
export interface RecordRmFlags {
  readonly force: boolean;
}

const box = optionalWord("box", "Name, folder or id of a box [default: this folder's]");

const list: Command = command<RecordListFlags>({
  brief: "List the records that are kept",
  flags: { json, quiet },
  short: { q: "quiet" },
  positional: [],
  load: () => import("./list_action.ts"),
});

const show: Command = command<RecordShowFlags, [box?: string]>({
  brief: "Show what has happened to a box",
  description: "The record is written by this machine alone. What a command line has of secrets is masked.",
  flags: {
    since: text("TIME", "Only what has happened since: 90s, 10m, 2h, 7d, or a date as in 2026-01-31"),
    kind: text("KIND", "Only entries of that kind, such as launched, joined, network or ended"),
    run: text("RUN", "Only entries of that run"),
    lines: text("N", "The last N entries; 0: all [default: 50]"),
    json,
  },
  short: { n: "lines" },
  positional: [box],
  examples: [
    ["kanibako record show --kind network", "see what the box has reached, and what was refused"],
    ["kanibako record show api --since 1d --json", "one line of JSON for each entry of a day"],
  ],
  load: () => import("./show_action.ts"),
});

const verify: Command = command<RecordVerifyFlags, [box?: string]>({
  brief: "Check that records are as they were written",
  description:
    `Finds entries that were changed, left out, put in or moved, a record that was cut or removed, and a signature that is
not right. It cannot find what somebody who can read your files has made again and signed with your key.`,
  flags: {
    file: text("FILE", "A file that record export has written, in place of the records of this machine"),
    key: text(
      "KEY",
      "The public key that must have signed it [default: this machine's, or of a file its own]",
    ),
    json,
  },
  positional: [optionalWord("box", "Name, folder or id of a box [default: all]")],
  examples: [["kanibako record verify", "check all records"]],
  load: () => import("./verify_action.ts"),
});

const exportRecord: Command = command<RecordExportFlags, [box?: string]>({
  brief: "Write a record to one file that can be checked elsewhere",
  flags: {
    out: text("FILE", "The file, or - for standard output [default: -]"),
    force: toggle("Replace a file that is there"),
  },
  short: { o: "out", f: "force" },
  positional: [box],
  load: () => import("./export_action.ts"),
});

const rm: Command = command<RecordRmFlags, [box?: string]>({
  brief: "Remove a record",
  flags: { force },
  short: { f: "force" },
  positional: [box],
  load: () => import("./rm_action.ts"),
});

/** The group. */
export const record: Group = {
  kind: "group",
  brief: "Look at, check and export the record of what boxes have done",
  commands: { list, show, verify, export: exportRecord, rm },
  aliases: { ls: "list", log: "show", delete: "rm" },
  default: "list",
};
