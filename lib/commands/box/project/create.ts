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
  readonly ifMissing: boolean;
}

/** The declaration of `create`. */
export const create: Command = command<CreateFlags, [path?: string]>({
  brief: "Create a project in a folder without starting its box",
  flags: {
    name: text("NAME", "Name of the project [default: the folder's name]"),
    image: text("RIG", "Rig (container image) of its box"),
    standalone: toggle("Keep all of its state inside the folder"),
    noVault: toggle("Do not create vault folders"),
    distinctAuth: toggle("Do not share the host's login with the box"),
    allowHome: toggle("With --standalone: allow your home folder"),
    ifMissing: toggle("Do nothing if the folder already is a project"),
  },
  short: { i: "image" },
  spellings: { rig: "image" },
  projectOption: true,
  positional: [optionalWord("path", "Folder, created if it does not exist [default: this folder]")],
  examples: [
    ["kanibako create", "make this folder a project"],
    ["kanibako create ~/src/api --name api", "choose the folder and the name"],
  ],
  load: () => import("./create_action.ts"),
});
