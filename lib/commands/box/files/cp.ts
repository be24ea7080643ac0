/**
 * `kanibako box cp`.
 *
 * @module
 */

import { type Command, command, toggle, word } from "../../command.ts";

/** Options of `box cp`. */
export interface CpFlags {
  readonly force: boolean;
}

/** The declaration of `box cp`. */
export const cp: Command = command<CpFlags, [source: string, target: string]>({
  brief: "Copy a file or folder between this machine and a box",
  description:
    `One of the two is in a box: PROJECT:PATH, or :PATH for the box of this folder. A path there is relative to
the workspace; ~ is the box's home. The other one is a path on this machine, or - for standard input or output. What
begins with ./, ../, / or ~ is on this machine, even with a colon in it.
The box need not run. A file that is there is replaced; a folder only with --force. Permissions are kept. Links are
copied as links; those that would lead out of a folder copied from a box are left out.`,
  flags: { force: toggle("Replace a folder that is there") },
  short: { f: "force" },
  positional: [
    word("source", "What to copy: PROJECT:PATH, a path, or -"),
    word("target", "Where to: a path, PROJECT:PATH, or -"),
  ],
  suggestFor: ["copy"],
  initialise: false,
  examples: [
    ["kanibako box cp api:dist ./out", "copy the folder dist of the project api out of its box"],
    ["kanibako box cp notes.txt :~/", "copy a file into the home of this folder's box"],
    ["kanibako box cp :report.json - | jq .", "read a file of the box in a pipe"],
  ],
  load: () => import("./cp_action.ts"),
});
