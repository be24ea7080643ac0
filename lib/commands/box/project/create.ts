/**
 * `kanibako create`.
 *
 * @module
 */

import { type Command, command, optionalWord, text, toggle } from "../../command.ts";

/** Options of `create`. */
export interface CreateFlags {
  readonly standalone: boolean;
  readonly name?: string;
  readonly image?: string;
  readonly noVault: boolean;
  readonly distinctAuth: boolean;
  readonly allowHome: boolean;
}

/** The declaration of `create`. */
export const create: Command = command<CreateFlags, [path?: string]>({
  brief: "Make a folder a project without starting it",
  flags: {
    name: text("NAME", "The project's name; the folder's name unless told"),
    image: text("RIG", "The rig (container image) of its box"),
    standalone: toggle("Keep all of its state inside the folder"),
    noVault: toggle("No vault folders"),
    distinctAuth: toggle("Do not share the host's login with the box"),
    allowHome: toggle("With --standalone: allow it for the home folder"),
  },
  short: { i: "image" },
  spellings: { rig: "image" },
  projectOption: true,
  positional: [optionalWord("path", "The folder, made when it is not there; this folder unless told")],
  examples: [
    ["kanibako create", "this folder"],
    ["kanibako create ~/src/api --name api", "another folder, with a name of its own"],
  ],
  load: () => import("./create_action.ts"),
});
