/**
 * `kanibako system diagnose`.
 *
 * @module
 */

import type { RuntimeKind } from "../../runtime/kinds.ts";
import { type Command, command } from "../command.ts";
import { engine, json } from "../shared_options.ts";

/** Options of `system diagnose`. */
export interface SystemDiagnoseFlags {
  readonly json: boolean;
  readonly engine?: RuntimeKind;
}

/** The declaration of `system diagnose`. */
export const systemDiagnose: Command = command<SystemDiagnoseFlags>({
  brief: "Check this machine: engine, rig, agents and storage",
  flags: {
    json,
    engine,
  },
  suggestFor: ["diagnose", "doctor"],
  initialise: false,
  load: () => import("./diagnose_action.ts"),
});
