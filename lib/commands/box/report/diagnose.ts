/**
 * `kanibako box diagnose`.
 *
 * @module
 */

import { type Command, command } from "../../command.ts";
import { json, project } from "../../shared_options.ts";

/** Options of `box diagnose`. */
export interface BoxDiagnoseFlags {
  readonly json: boolean;
}

/** The declaration of `box diagnose`. */
export const boxDiagnose: Command = command<BoxDiagnoseFlags, [project?: string]>({
  brief: "Check that a box has everything it needs",
  flags: { json },
  projectOption: true,
  positional: [project],
  initialise: false,
  load: () => import("./diagnose_action.ts"),
});
