/**
 * `kanibako box logs`.
 *
 * @module
 */

import { type Command, command, text, toggle } from "../../command.ts";
import { json, project } from "../../shared_options.ts";

/** Options of `box logs`. */
export interface LogsFlags {
  readonly lines?: string;
  readonly follow: boolean;
  readonly json: boolean;
}

/** The declaration of `box logs`. */
export const boxLogs: Command = command<LogsFlags, [project?: string]>({
  brief: "Show what a box's session has shown on its terminal",
  description:
    `Of a session that runs, all that its terminal still has; of one that has ended, its last screen. It is plain text:
colours are left out, and characters that could steer your terminal are shown as codes. Secrets that are known are
masked. A box in the foreground keeps nothing. Followed, a line is shown once it has stood for a moment, and what is
redrawn is shown again.`,
  flags: {
    lines: text("LINES", "Show the last so many lines [default: all]"),
    follow: toggle("Go on until the session ends; with --json, one line of JSON each time"),
    json,
  },
  short: { n: "lines", f: "follow" },
  projectOption: true,
  positional: [project],
  suggestFor: ["log"],
  initialise: false,
  examples: [
    ["kanibako box logs api", "read what the session of the project api has shown"],
    ["kanibako box logs api --follow", "watch a session without being connected to it"],
    ["kanibako box logs -n 20", "show the last 20 lines of this folder's box"],
  ],
  load: () => import("./logs_action.ts"),
});
