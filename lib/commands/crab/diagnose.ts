/**
 * `kanibako crab diagnose`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `crab diagnose`. */
export interface CrabDiagnoseFlags {
  readonly json: boolean;
}

/** The declaration of `crab diagnose`. */
export const crabDiagnose: Command = command<CrabDiagnoseFlags>({
  brief: "Check every agent: whether it is found, can be used and is logged in",
  flags: { json },
  initialise: false,
  load: () => import("./diagnose_action.ts"),
});
