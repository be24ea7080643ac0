/**
 * `kanibako system diagnose`.
 *
 * @module
 */

import { choice, type Command, command, toggle } from "../command.ts";

/** Options of `system diagnose`. */
export interface SystemDiagnoseFlags {
  readonly json: boolean;
  readonly engine?: "podman" | "docker";
}

/** The declaration of `system diagnose`. */
export const systemDiagnose: Command = command<SystemDiagnoseFlags>({
  brief: "Check this machine: engine, rig, agents, storage",
  flags: {
    json: toggle("Print JSON"),
    engine: choice(["podman", "docker"], "Check this container engine"),
  },
  load: () => import("./diagnose_action.ts"),
});
