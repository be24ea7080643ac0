/**
 * `kanibako box extract`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import { type Command, command, optionalWord, text, toggle } from "../../command.ts";
import { engine, plan } from "../../shared_options.ts";

/** Options of `extract`. */
export interface ExtractFlags {
  readonly name?: string;
  readonly all: boolean;
  readonly withoutWorkspace: boolean;
  readonly anySize: boolean;
  readonly approve: boolean;
  readonly force: boolean;
  readonly plan: boolean;
  readonly engine?: RuntimeKind;
}

const flags = {
  name: text("NAME", "Name of the project [default: the archived name]"),
  all: toggle("Extract every archive of a folder [default: this folder]"),
  withoutWorkspace: toggle("Do not extract the project's own files"),
  anySize: toggle("Lift the size limits, for archives you trust"),
  approve: toggle("Approve the settings that came with the archive"),
  force: toggle("Do not ask for confirmation; move an existing workspace aside"),
  plan,
  engine,
} as const;

const archiveWord = optionalWord("archive", "Archive file; with --all, a folder of archives");
const pathWord = optionalWord("path", "Folder of the project [default: this folder]");

/** The declaration of `box extract`. */
export const extract: Command = command<ExtractFlags, [archive?: string, path?: string]>({
  brief: "Restore a project's box from an archive file",
  description:
    `The archive is unpacked and checked before anything is changed, and existing data is kept until the new data is
complete. Settings from an archive made on another machine take effect only after you approve them.`,
  flags,
  short: { f: "force" },
  exclusive: [["all", "name"]],
  positional: [archiveWord, pathWord],
  examples: [
    ["kanibako box extract kanibako-app-20260102T030405Z.txz", "restore this folder's box"],
    ["kanibako box extract app.tar.zst ~/app --name app2", "restore into ~/app under another name"],
  ],
  load: () => import("./extract_action.ts"),
});
