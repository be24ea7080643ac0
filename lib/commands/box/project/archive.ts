/**
 * `kanibako box archive`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import { type Command, command, optionalWord, toggle } from "../../command.ts";
import { engine, plan, project } from "../../shared_options.ts";

/** Options of `archive`. */
export interface ArchiveFlags {
  readonly all: boolean;
  readonly withWorkspace: boolean;
  readonly withVault: boolean;
  readonly withCredentials: boolean;
  readonly allowUncommitted: boolean;
  readonly allowUnpushed: boolean;
  readonly asLocal: boolean;
  readonly asStandalone: boolean;
  readonly xz: boolean;
  readonly zstd: boolean;
  readonly force: boolean;
  readonly plan: boolean;
  readonly engine?: RuntimeKind;
}

/** The declaration of `box archive`. */
export const archive: Command = command<ArchiveFlags, [project?: string, file?: string]>({
  brief: "Save a project's box to an archive file",
  description:
    `The archive contains the box's settings and home. It leaves out logins, keys and caches. It also leaves out the
project's own files, which are usually in git: uncommitted or unpushed work is reported first.
Without FILE it is written to this folder, or beside the project when you are in it.`,
  flags: {
    all: toggle("Archive every project; the first argument is then the folder for the archives"),
    withWorkspace: toggle("Include the project's own files"),
    withVault: toggle("Include the vault, without its snapshots"),
    withCredentials: toggle("Include logins and keys"),
    allowUncommitted: toggle("Archive even if there are uncommitted changes"),
    allowUnpushed: toggle("Archive even if there are unpushed commits"),
    asLocal: toggle("Extract it as a project whose state is in the data folder"),
    asStandalone: toggle("Extract it as a standalone project, with all of its state in its folder"),
    xz: toggle("Compress with xz (.txz) [default without a file name]"),
    zstd: toggle("Compress with zstd (.tar.zst), which is faster"),
    force: toggle("Overwrite an existing file"),
    plan,
    engine,
  },
  short: { f: "force" },
  exclusive: [["asLocal", "asStandalone"], ["xz", "zstd"]],
  positional: [
    project,
    optionalWord(
      "file",
      "Archive to write, or a folder for it [default: kanibako-NAME-TIME.txz here]",
    ),
  ],
  examples: [
    ["kanibako box archive", "archive this folder's box"],
    [
      "kanibako box archive app /backup/app.tar.zst --with-workspace --with-vault",
      "archive everything of the project app",
    ],
  ],
  load: () => import("./archive_action.ts"),
});
