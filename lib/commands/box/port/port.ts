/**
 * `kanibako box port ...` and `kanibako box open`.
 *
 * @module
 */

import { type Command, command, type Group, toggle, word } from "../../command.ts";
import { json, project, projectFlag } from "../../shared_options.ts";

/** Options of `add` and `rm`. */
export interface ChangeFlags {
  readonly project?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

const add: Command = command<ChangeFlags>({
  brief: "Publish ports of a running box on this machine",
  description:
    `Listens on localhost unless HOST, an address of this machine, is given, and passes connections on to the port in
the box. It works with any network setting. The port is published until the box ends or it is taken back; to publish
it at every start, set box.ports.`,
  flags: { project: projectFlag, json, quiet: toggle("Print addresses only, one per line") },
  short: { p: "project", q: "quiet" },
  positional: [],
  more: {
    placeholder: "[HOST:]PORT[:BOXPORT]",
    brief: "Ports to publish [default of BOXPORT: PORT]",
    required: true,
  },
  suggestFor: ["publish"],
  examples: [
    ["kanibako box port add 3000", "reach port 3000 of this folder's box at localhost:3000"],
    ["kanibako box port add 8080:80 -p api", "reach port 80 of the box of the project api at localhost:8080"],
    ["kanibako box port add 0.0.0.0:3000", "let other machines reach it, too"],
  ],
  load: () => import("./add_action.ts"),
});

const rm: Command = command<ChangeFlags>({
  brief: "Take published ports back; connections through them end",
  flags: { project: projectFlag, json, quiet: toggle("Print nothing") },
  short: { p: "project", q: "quiet" },
  positional: [],
  more: { placeholder: "[HOST:]PORT", brief: "Ports as they are published on this machine", required: true },
  examples: [["kanibako box port rm 3000", "do not publish port 3000 any more"]],
  load: () => import("./rm_action.ts"),
});

/** Options of `list`. */
export interface ListFlags {
  readonly box: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const list: Command = command<ListFlags, [project?: string]>({
  brief: "List the published ports of a box",
  flags: {
    box: toggle("List what listens in the box instead, published or not"),
    json,
    quiet: toggle("Print addresses only, or with --box ports of the box, one per line"),
  },
  short: { q: "quiet" },
  projectOption: true,
  positional: [project],
  initialise: false,
  examples: [["kanibako box port list --box", "see which ports programs in the box listen on"]],
  load: () => import("./list_action.ts"),
});

/** The group. */
export const port: Group = {
  kind: "group",
  brief: "Manage the published ports of a running box",
  commands: { add, rm, list },
  aliases: { ls: "list", remove: "rm", delete: "rm" },
  default: "list",
};

/** Options of `open`. */
export interface OpenFlags {
  readonly project?: string;
  readonly json: boolean;
}

/** The declaration of `box open`. */
export const open: Command = command<OpenFlags, [port: string]>({
  brief: "Open a port of a running box in your browser",
  description:
    `Publishes the port on localhost first if it is not published. Where there is no browser, the address is printed.
The browser is the one that BROWSER names, or else that of your desktop.`,
  flags: { project: projectFlag, json },
  short: { p: "project" },
  positional: [word("port", "Port of the box")],
  examples: [["kanibako box open 3000", "look at what a program in the box serves on port 3000"]],
  load: () => import("./open_action.ts"),
});
