/**
 * `kanibako box extract`.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, text, toggle } from "../../command.ts";

/** Options of `extract`. */
export interface ExtractFlags {
  readonly name?: string;
  readonly all: boolean;
  readonly withoutWorkspace: boolean;
  readonly approve: boolean;
  readonly force: boolean;
  readonly plan: boolean;
  readonly engine?: "podman" | "docker";
}

const flags = {
  name: text("NAME", "Call the project so"),
  all: toggle("Extract every archive here"),
  withoutWorkspace: toggle("Leave the project's own files in the archive"),
  approve: toggle("Approve what the archive's settings ask for"),
  force: toggle("Do not ask; a workspace that is there is moved aside"),
  plan: toggle("Show what would be done, and do nothing"),
  engine: choice(["podman", "docker"], "Use this container engine"),
} as const;

const archiveWord = optionalWord("archive", "The archive");
const pathWord = optionalWord("path", "The project's folder; the one you are in unless told");

/** The declaration of `box extract`. */
export const extract: Command = command<ExtractFlags, [archive?: string, path?: string]>({
  brief: "Bring a project's box back from an archive",
  description:
    `The archive is unpacked beside its place and checked before anything is touched; what is replaced stays until the new
is there. Settings of an archive that was made elsewhere count only once you approve them.`,
  flags,
  short: { f: "force" },
  exclusive: [["all", "name"]],
  positional: [archiveWord, pathWord],
  examples: [
    ["kanibako box extract kanibako-app-20260102T030405Z.txz", "the box of the project here"],
    ["kanibako box extract app.tar.zst ~/app --name app2", "a project in ~/app, under another name"],
  ],
  load: () => import("./extract_action.ts"),
});

/** As earlier versions had it: the folder first. */
export const restore: Command = command<ExtractFlags, [path?: string, archive?: string]>({
  brief: "As box extract, with the folder first",
  hidden: true,
  flags,
  short: { f: "force" },
  exclusive: [["all", "name"]],
  positional: [pathWord, archiveWord],
  load: () => import("./restore_action.ts"),
});
