/**
 * `kanibako system upgrade`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `system upgrade`. */
export interface UpgradeFlags {
  readonly check: boolean;
  readonly rollback: boolean;
  readonly json: boolean;
}

/** The declaration of `system upgrade`. */
export const systemUpgrade: Command = command<UpgradeFlags>({
  brief: "Get a newer version of kanibako",
  description:
    `Looks at the release feed, checks its signature and the program's checksum, and replaces the program in one step. The
program that was replaced is kept beside it. In a checkout, gets what its branch follows. What a package manager
installed is left to it. Running boxes keep the program that they were started with.`,
  flags: {
    check: toggle("Show whether there is a newer version, and change nothing"),
    rollback: toggle("Put back the program that the last upgrade replaced"),
    json: { ...json, brief: "Print JSON; changes nothing" },
  },
  exclusive: [["check", "rollback"], ["json", "rollback"]],
  initialise: false,
  examples: [
    ["kanibako system upgrade --check", "see whether there is a newer version"],
    ["kanibako system upgrade --rollback", "go back to the version before"],
  ],
  load: () => import("./upgrade_action.ts"),
});
