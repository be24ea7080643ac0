/**
 * `kanibako box archive`.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, toggle } from "../../command.ts";

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
  readonly engine?: "podman" | "docker";
}

/** The declaration of `box archive`. */
export const archive: Command = command<ArchiveFlags, [project?: string, file?: string]>({
  brief: "Put a project's box into a file",
  description:
    `The archive holds the box's settings and its home. Logins and keys are left out, and so are caches. The project's own
files are left out too, for they usually are in git: work that is not committed or not pushed is told first.`,
  flags: {
    all: toggle("Archive every project; the first word is then the folder for the files"),
    withWorkspace: toggle("The project's own files too"),
    withVault: toggle("The vault too, without its snapshots"),
    withCredentials: toggle("Logins and keys too"),
    allowUncommitted: toggle("Archive although changes are not committed"),
    allowUnpushed: toggle("Archive although commits are not pushed"),
    asLocal: toggle("It is extracted as a project that keeps its box on the machine"),
    asStandalone: toggle("It is extracted as a project that keeps all in its own folder"),
    xz: toggle("Compress with xz (.txz), as without a file's name"),
    zstd: toggle("Compress with zstd (.tar.zst), which is faster"),
    force: toggle("Replace a file that is there"),
    plan: toggle("Show what would be done, and do nothing"),
    engine: choice(["podman", "docker"], "Use this container engine"),
  },
  short: { f: "force" },
  exclusive: [["asLocal", "asStandalone"], ["xz", "zstd"]],
  positional: [
    optionalWord("project", "A project's name or folder; the one around you unless told"),
    optionalWord("file", "The archive, or a folder for it"),
  ],
  examples: [
    ["kanibako box archive", "the box of the project here, to kanibako-NAME-TIME.txz"],
    ["kanibako box archive app /backup/app.tar.zst --with-workspace --with-vault", "all of the project app"],
  ],
  load: () => import("./archive_action.ts"),
});
