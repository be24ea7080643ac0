/**
 * `kanibako box report`.
 *
 * @module
 */

import { type Command, command, text, toggle } from "../../command.ts";
import { json, project } from "../../shared_options.ts";

/** Options of `box report`. */
export interface BoxReportFlags {
  readonly diff: boolean;
  readonly since?: string;
  readonly json: boolean;
}

/** The declaration of `box report`. */
export const boxReport: Command = command<BoxReportFlags, [project?: string]>({
  brief: "Show what sessions left that your machine will run",
  flags: {
    diff: toggle("Show what changed as text"),
    since: text(
      "SNAPSHOT",
      "Begin at a session, a time or a snapshot of the vault [default: the last session]",
    ),
    json,
  },
  projectOption: true,
  positional: [project],
  suggestFor: ["changes", "audit"],
  examples: [
    [
      "kanibako box report",
      "list git hooks, IDE tasks and the like that changed since the last session began",
    ],
    ["kanibako box report api --diff", "show the changes in the project api as text"],
    ["kanibako box report --since 10:12", "begin at the session that was running then"],
  ],
  initialise: false,
  load: () => import("./report_action.ts"),
});
