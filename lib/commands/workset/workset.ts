/**
 * The declarations of the `workset` commands.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, text, toggle, word } from "../command.ts";

/** Options of `workset list`. */
export interface WorksetListFlags {
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Options of `workset info`. */
export interface WorksetInfoFlags {
  readonly json: boolean;
}

/** Options of `workset create`. */
export interface WorksetCreateFlags {
  readonly name?: string;
  readonly image?: string;
  readonly standalone: boolean;
  readonly noVault: boolean;
  readonly distinctAuth: boolean;
  readonly existing: boolean;
  readonly force: boolean;
}

/** Options of `workset rm`. */
export interface WorksetRmFlags {
  readonly purge: boolean;
  readonly force: boolean;
  readonly engine?: "podman" | "docker";
}

/** Options of `workset connect`. */
export interface WorksetConnectFlags {
  readonly force: boolean;
  readonly name?: string;
  readonly link: boolean;
  readonly copy: boolean;
  readonly move: boolean;
  readonly plan: boolean;
  readonly engine?: "podman" | "docker";
}

/** Options of `workset disconnect`. */
export interface WorksetDisconnectFlags {
  readonly name?: string;
  readonly force: boolean;
  readonly removeFiles: boolean;
  readonly plan: boolean;
  readonly engine?: "podman" | "docker";
}

const engine = choice(["podman", "docker"], "Use this container engine");
const name = "A workset's name";

/** The declaration of `workset list`. */
export const worksetList: Command = command<WorksetListFlags>({
  brief: "List the worksets",
  flags: { quiet: toggle("Names only, one a line"), json: toggle("Print JSON") },
  short: { q: "quiet" },
  load: () => import("./list_action.ts"),
});

/** The declaration of `workset info`. */
export const worksetInfo: Command = command<WorksetInfoFlags, [workset?: string]>({
  brief: "Show a workset and its projects",
  flags: { json: toggle("Print JSON") },
  positional: [optionalWord("workset", `${name}, or default; the one around this folder unless told`)],
  load: () => import("./info_action.ts"),
});

/** The declaration of `workset create`. */
export const worksetCreate: Command = command<WorksetCreateFlags, [path?: string, other?: string]>({
  brief: "Make a folder a workset: a group of projects with common settings",
  flags: {
    name: text("NAME", "The workset's name; the folder's name unless told"),
    image: text("RIG", "The rig (container image) of its boxes"),
    standalone: toggle("New projects in it keep all of their state in their own folder"),
    noVault: toggle("New projects in it get no vault folders"),
    distinctAuth: toggle("Do not share the host's login with its boxes"),
    existing: toggle("Take up the workset that is in the folder already, with its projects"),
    force: toggle("With --existing: do not ask"),
  },
  short: { i: "image", f: "force" },
  spellings: { rig: "image" },
  positional: [
    optionalWord("path", "The folder, made when it is not there; this folder unless told"),
    optionalWord("folder", "With two words, the first is the name and this one the folder"),
  ],
  examples: [
    ["kanibako workset create ~/client", "a workset called client"],
    ["kanibako workset create --image jvm", "this folder, its boxes made from the rig jvm"],
    [
      "kanibako workset create --existing ~/client",
      "one that was forgotten (kanibako workset rm), as it was",
    ],
  ],
  load: () => import("./create_action.ts"),
});

/** The declaration of `workset rm`. */
export const worksetRm: Command = command<WorksetRmFlags, [workset: string]>({
  brief: "Forget a workset",
  description:
    `Without --purge its folder stays as it is, to be taken up again: kanibako workset create --existing FOLDER.
With --purge its boxes, vaults, settings and the workspaces in it are deleted; folders that are linked to it stay.`,
  flags: {
    purge: toggle("Delete its data too, after asking"),
    force: toggle("Do not ask, even if it has projects; stop boxes that run"),
    engine,
  },
  short: { f: "force" },
  spellings: { "remove-files": "purge" },
  positional: [word("workset", name)],
  load: () => import("./rm_action.ts"),
});

/** The declaration of `workset connect`. */
export const worksetConnect: Command = command<WorksetConnectFlags, [workset: string, source?: string]>({
  brief: "Bring a folder or a project into a workset",
  description:
    `The folder is used where it is (--link), moved into the workset (--move) or copied into it (--copy). On a terminal
you are asked; otherwise it is used where it is. A project brings its box's home, settings and vault with it.`,
  flags: {
    name: text("NAME", "Its name in the workset; the folder's name unless told"),
    link: toggle("Use the folder where it is"),
    move: toggle("Move the folder into the workset"),
    copy: toggle("Copy the folder into the workset; the original stays what it is"),
    plan: toggle("Show what would be done, and do nothing"),
    force: toggle("Stop the box when it is running"),
    engine,
  },
  short: { f: "force" },
  exclusive: [["link", "move", "copy"]],
  positional: [
    word("workset", name),
    optionalWord("project", "A folder or a project; this folder unless told"),
  ],
  examples: [
    ["kanibako workset connect client ~/src/webapp", "webapp becomes client/webapp"],
    ["kanibako workset connect client --move", "this folder moves into the workset"],
  ],
  load: () => import("./connect_action.ts"),
});

/** The declaration of `workset disconnect`. */
export const worksetDisconnect: Command = command<
  WorksetDisconnectFlags,
  [workset: string, project?: string]
>({
  brief: "Take a project out of its workset; it goes on as a project of its own",
  description:
    `Its folder stays where it is; its box's home, settings and vault go with it. With --remove-files its box
and its vault are deleted instead, and the workspace the workset has of it.`,
  flags: {
    name: text("NAME", "Its name afterwards; the same, or the nearest free one, unless told"),
    force: toggle("Do not ask; stop the box when it is running"),
    removeFiles: toggle("Delete its data instead of keeping the project"),
    plan: toggle("Show what would be done, and do nothing"),
    engine,
  },
  short: { f: "force" },
  positional: [
    word("workset", "A workset's name, or workset/project"),
    optionalWord("member", "The project's name in the workset"),
  ],
  examples: [["kanibako workset disconnect client webapp", "webapp is a project of its own again"]],
  load: () => import("./disconnect_action.ts"),
});
