/**
 * `kanibako box logs`.
 *
 * @module
 */

import { type Command, command, text } from "../../command.ts";
import { json, project } from "../../shared_options.ts";

/** Options of `box logs`. */
export interface LogsFlags {
  readonly lines?: string;
  readonly json: boolean;
}

/** The declaration of `box logs`. */
export const boxLogs: Command = command<LogsFlags, [project?: string]>({
  brief: "Show what a box's session has shown on its terminal",
  description:
    `Of a session that runs, all that its terminal still has; of one that has ended, its last screen. It is plain text:
colours are left out, and characters that could steer your terminal are shown as codes. Secrets that are known are
masked. A box in the foreground keeps nothing.`,
  flags: { lines: text("LINES", "Show the last so many lines [default: all]"), json },
  short: { n: "lines" },
  projectOption: true,
  positional: [project],
  suggestFor: ["log"],
  initialise: false,
  examples: [
    ["kanibako box logs api", "read what the session of the project api has shown"],
    ["kanibako box logs -n 20", "show the last 20 lines of this folder's box"],
  ],
  load: () => import("./logs_action.ts"),
});
