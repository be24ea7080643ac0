/**
 * The declarations of the `workset` commands.
 *
 * @module
 */

import type { RuntimeKind } from "../../runtime/kinds.ts";
import { type Command, command, optionalWord, text, toggle, word } from "../command.ts";
import { engine, forceAndStop, json, namesOnly as quiet, plan } from "../shared_options.ts";

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
  readonly engine?: RuntimeKind;
}

/** Options of `workset connect`. */
export interface WorksetConnectFlags {
  readonly force: boolean;
  readonly name?: string;
  readonly link: boolean;
  readonly copy: boolean;
  readonly move: boolean;
  readonly plan: boolean;
  readonly engine?: RuntimeKind;
}

/** Options of `workset disconnect`. */
export interface WorksetDisconnectFlags {
  readonly name?: string;
  readonly force: boolean;
  readonly removeFiles: boolean;
  readonly plan: boolean;
  readonly engine?: RuntimeKind;
}

const workset = word("workset", "Name of a workset", "workset");

/** The declaration of `workset list`. */
export const worksetList: Command = command<WorksetListFlags>({
  brief: "List worksets",
  flags: { quiet, json },
  short: { q: "quiet" },
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** The declaration of `workset info`. */
export const worksetInfo: Command = command<WorksetInfoFlags, [workset?: string]>({
  brief: "Show a workset and its projects",
  flags: { json },
  positional: [
    optionalWord("workset", "Name of a workset, or default [default: the workset of this folder]", "workset"),
  ],
  initialise: false,
  load: () => import("./info_action.ts"),
});

/** The declaration of `workset create`. */
export const worksetCreate: Command = command<WorksetCreateFlags, [path?: string, other?: string]>({
  brief: "Create a workset: a group of projects with common settings",
  flags: {
    name: text("NAME", "Name of the workset [default: the folder's name]"),
    image: text("RIG", "Rig (container image) of its boxes"),
    standalone: toggle("Make new projects in it standalone"),
    noVault: toggle("Do not create vault folders for new projects in it"),
    distinctAuth: toggle("Do not share the host's login with its boxes"),
    existing: toggle("Register a workset that is already in the folder, with its projects"),
    force: toggle("With --existing: do not ask for confirmation"),
  },
  short: { i: "image", f: "force" },
  spellings: { rig: "image" },
  positional: [
    optionalWord("path", "Folder, created if it does not exist [default: this folder]"),
    optionalWord("folder", "Folder, if the first argument is the name"),
  ],
  examples: [
    ["kanibako workset create ~/client", "create the workset client"],
    ["kanibako workset create --image min", "create it here; its boxes use the rig min"],
    [
      "kanibako workset create --existing ~/client",
      "register a workset that was forgotten",
    ],
  ],
  load: () => import("./create_action.ts"),
});

/** The declaration of `workset rm`. */
export const worksetRm: Command = command<WorksetRmFlags, [workset: string]>({
  brief: "Forget a workset",
  description:
    `Without --purge its folder is left as it is. To register it again, run kanibako workset create --existing FOLDER.
With --purge its boxes, vaults, settings and the workspaces inside it are deleted. Linked folders are kept.`,
  flags: {
    purge: toggle("Also delete its data, after asking"),
    force: toggle("Do not ask for confirmation, even if it has projects; stop running boxes"),
    engine,
  },
  short: { f: "force" },
  spellings: { "remove-files": "purge" },
  positional: [workset],
  load: () => import("./rm_action.ts"),
});

/** The declaration of `workset connect`. */
export const worksetConnect: Command = command<WorksetConnectFlags, [workset: string, source?: string]>({
  brief: "Add a folder or a project to a workset",
  description:
    `The folder is used where it is (--link), moved into the workset (--move) or copied into it (--copy). If none is
given, asks on a terminal and links otherwise. A project keeps its box's home, settings and vault.`,
  flags: {
    name: text("NAME", "Name in the workset [default: the folder's name]"),
    link: toggle("Use the folder where it is"),
    move: toggle("Move the folder into the workset"),
    copy: toggle("Copy the folder into the workset and leave the original alone"),
    plan,
    force: toggle("Stop the box if it is running"),
    engine,
  },
  short: { f: "force" },
  exclusive: [["link", "move", "copy"]],
  positional: [
    workset,
    optionalWord("project", "Name or folder of a project, or any folder [default: this folder]", "project"),
  ],
  examples: [
    ["kanibako workset connect client ~/src/webapp", "add ~/src/webapp as client/webapp"],
    ["kanibako workset connect client --move", "move this folder into the workset"],
  ],
  load: () => import("./connect_action.ts"),
});

/** The declaration of `workset disconnect`. */
export const worksetDisconnect: Command = command<
  WorksetDisconnectFlags,
  [workset: string, project?: string]
>({
  brief: "Remove a project from its workset and keep it as an independent project",
  description:
    `Its folder stays where it is, and it keeps its box's home, settings and vault. With --remove-files its box, its
vault and its workspace inside the workset are deleted instead.`,
  flags: {
    name: text("NAME", "Name afterwards [default: the same, or the nearest free name]"),
    force: forceAndStop,
    removeFiles: toggle("Delete its data instead of keeping the project"),
    plan,
    engine,
  },
  short: { f: "force" },
  positional: [
    word("workset", "Name of a workset, or workset/project", "workset"),
    optionalWord("member", "Name of the project in the workset", "member"),
  ],
  examples: [["kanibako workset disconnect client webapp", "make webapp an independent project"]],
  load: () => import("./disconnect_action.ts"),
});
