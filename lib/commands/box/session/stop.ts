/**
 * `kanibako stop`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import { type Command, command, toggle } from "../../command.ts";
import { engine, force, project } from "../../shared_options.ts";

/** Options of `stop`. */
export interface StopFlags {
  readonly all: boolean;
  readonly force: boolean;
  readonly engine?: RuntimeKind;
}

/** The declaration of `stop`. */
export const stop: Command = command<StopFlags, [project?: string]>({
  brief: "Stop a running box, or all running boxes",
  flags: {
    all: toggle("Stop every running box"),
    force,
    engine,
  },
  projectOption: true,
  positional: [project],
  examples: [
    ["kanibako stop", "stop this folder's box"],
    ["kanibako stop --all", "stop every box, after asking"],
  ],
  load: () => import("./stop_action.ts"),
});
