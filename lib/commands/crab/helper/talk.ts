/**
 * `kanibako crab helper send`, `broadcast`, `recv` and `log`.
 *
 * @module
 */

import { type Command, command, text, toggle, word } from "../../command.ts";
import { json } from "../../shared_options.ts";
import { project, type WhoseFlags } from "./options.ts";

/** Options of `send` and `broadcast`. */
export interface SendFlags extends WhoseFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

const quiet = toggle("Print nothing");

/** `send`. */
export const send: Command = command<SendFlags>({
  brief: "Send a message to a helper",
  description:
    `HELPER is a number or a name. In a helper it may also be its parent or a sibling: parent, director, or a number.
A TEXT of "-" is read from standard input. A message for a helper that does not listen waits until it receives.`,
  flags: { project, json, quiet },
  short: { p: "project", q: "quiet" },
  positional: [],
  more: { placeholder: "HELPER TEXT", brief: "Who gets it, and the words of the message", required: true },
  initialise: false,
  examples: [
    ["kanibako crab helper send 1 'Also cover the error cases'", "tell a helper"],
    ["kanibako crab helper send parent 'Done, see result.json'", "tell the box that started this helper"],
  ],
  load: async () => ({ default: (await import("./send_action.ts")).send }),
});

/** `broadcast`. */
export const broadcast: Command = command<SendFlags>({
  brief: "Send a message to all helpers around",
  description: `It goes to each box that this one may send to. A TEXT of "-" is read from standard input.`,
  flags: { project, json, quiet },
  short: { p: "project", q: "quiet" },
  positional: [],
  more: { placeholder: "TEXT", brief: "The words of the message", required: true },
  initialise: false,
  load: async () => ({ default: (await import("./send_action.ts")).broadcast }),
});

/** Options of `recv`. */
export interface RecvFlags extends WhoseFlags {
  readonly wait: boolean;
  readonly timeout?: string;
  readonly from?: string;
  readonly json: boolean;
}

/** `recv`. */
export const recv: Command = command<RecvFlags>({
  brief: "Take the messages that have come for this box",
  description:
    `What is printed is gone from the mailbox. With --timeout, exits with 124 if none has come in time.`,
  flags: {
    wait: toggle("Wait until there is one"),
    timeout: text("TIME", "With --wait: wait no longer than this, such as 30s"),
    from: text("HELPER", "Take those of this box only"),
    project,
    json,
  },
  short: { p: "project" },
  positional: [],
  initialise: false,
  load: () => import("./recv_action.ts"),
});

/** Options of `log`. */
export interface LogFlags extends WhoseFlags {
  readonly follow: boolean;
  readonly from?: string;
  readonly tail?: string;
  readonly json: boolean;
}

/** `log`. */
export const log: Command = command<LogFlags>({
  brief: "Show the log of messages, starts and ends",
  description: `Times are in UTC. Helpers wrote the text of messages.`,
  flags: {
    follow: toggle("Go on and show what happens, until Ctrl-C"),
    from: text("HELPER", "Show what this one has sent, and what happened to it"),
    tail: text("N", "Show the last N lines [default: all]"),
    project,
    json,
  },
  short: { f: "follow", p: "project" },
  older: { last: "tail" },
  positional: [],
  initialise: false,
  load: () => import("./log_action.ts"),
});

/** `register`: in boxes of 0.x it made a helper known to its hub. */
export const register: Command = command<Record<never, never>, [number: string]>({
  brief: "Check that there is a hub of helpers",
  flags: {},
  positional: [word("number", "The number of this helper")],
  initialise: false,
  hidden: true,
  load: () => import("./register_action.ts"),
});
