/**
 * `kanibako box diagnose`.
 *
 * @module
 */

import { type Command, command, optionalWord, toggle } from "../../command.ts";

/** Options of `box diagnose`. */
export interface BoxDiagnoseFlags {
  readonly json: boolean;
}

/** The declaration of `box diagnose`. */
export const boxDiagnose: Command = command<BoxDiagnoseFlags, [project?: string]>({
  brief: "Check that a box has what it needs",
  flags: { json: toggle("Print JSON") },
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  load: () => import("./diagnose_action.ts"),
});
