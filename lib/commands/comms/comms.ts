/**
 * `kanibako comms ...`: on the host, and in a box.
 *
 * @module
 */

import { type Command, command, type Group, optionalWord, text, toggle } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `send`. */
export interface SendFlags {
  readonly broadcast: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const send: Command = command<SendFlags>({
  brief: "Send a message to a box, or to all boxes",
  description:
    `NAME is a mailbox as kanibako comms list shows it; on the host also the name or folder of a project. A TEXT of "-"
is read from standard input. Nobody is interrupted: a box finds the message when it looks.`,
  flags: {
    broadcast: toggle("Send it to all boxes; there is no NAME then"),
    json,
    quiet: toggle("Print nothing"),
  },
  short: { b: "broadcast", q: "quiet" },
  positional: [],
  more: { placeholder: "NAME TEXT", brief: "The mailbox, and the words of the message", required: true },
  initialise: false,
  suggestFor: ["mail", "message"],
  examples: [
    [
      "kanibako comms send api 'The schema has changed, see docs/schema.md'",
      "tell the box of the project api",
    ],
    ["git log -3 | kanibako comms send api -", "send what a command prints"],
    ["kanibako comms send --broadcast 'The test database is down'", "tell all boxes"],
  ],
  load: () => import("./send_action.ts"),
});

/** Options of `read`. */
export interface ReadFlags {
  readonly broadcast: boolean;
  readonly clear: boolean;
  readonly lines?: string;
  readonly json: boolean;
}

const read: Command = command<ReadFlags, [name?: string]>({
  brief: "Read the messages in a mailbox, or those to all boxes",
  description: `Every box can write every message, so a name before one is what its writer says.`,
  flags: {
    broadcast: toggle("Read the messages to all boxes"),
    clear: toggle("Remove the messages from the mailbox once they are read"),
    lines: text("N", "Show the last N messages [default: 50]"),
    json,
  },
  short: { b: "broadcast", n: "lines" },
  exclusive: [["broadcast", "clear"]],
  positional: [
    optionalWord("name", "Mailbox or project [default: this box, or the project of this folder]", "project"),
  ],
  initialise: false,
  examples: [
    ["kanibako comms read --clear", "in a box: read what has come, and remove it"],
    ["kanibako comms read api", "on the host: see what was sent to the box of the project api"],
  ],
  load: () => import("./read_action.ts"),
});

/** Options of `list`. */
export interface ListFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

const list: Command = command<ListFlags>({
  brief: "List the mailboxes",
  flags: { json, quiet: toggle("Print names only, one per line") },
  short: { q: "quiet" },
  positional: [],
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** The group. */
export const comms: Group = {
  kind: "group",
  brief: "Send and read messages between boxes",
  commands: { send, read, list },
  aliases: { ls: "list" },
  default: "list",
};
