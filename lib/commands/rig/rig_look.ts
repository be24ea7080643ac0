/**
 * The `kanibako rig` commands that look: declarations.
 *
 * @module
 */

import { type Command, command, toggle, word } from "../command.ts";
import { engine, json, namesOnly as quiet } from "../shared_options.ts";
import type { EngineFlag } from "./engine_flag.ts";

/** Options of `rig list`. */
export interface RigListFlags extends EngineFlag {
  readonly quiet: boolean;
  readonly all: boolean;
  readonly json: boolean;
}

/** Options of `rig info` and `rig diagnose`. */
export interface RigInfoFlags extends EngineFlag {
  readonly json: boolean;
}

/** The declaration of `rig list`. */
export const rigList: Command = command<RigListFlags>({
  brief: "List rigs (container images), prepared or available, and who uses which image",
  flags: { quiet, all: toggle("List every image of the engine"), json, engine },
  short: { q: "quiet", a: "all" },
  exclusive: [["quiet", "all"]],
  load: () => import("./list_action.ts"),
});

/** The declaration of `rig info`. */
export const rigInfo: Command = command<RigInfoFlags, [image: string]>({
  brief: "Show details of a rig and where it comes from",
  flags: { json, engine },
  positional: [word("image", "Name of a rig, or an image reference")],
  load: () => import("./info_action.ts"),
});

/** The declaration of `rig diagnose`. */
export const rigDiagnose: Command = command<RigInfoFlags>({
  brief: "Check that rigs can be pulled and built on this machine",
  flags: { json, engine },
  load: () => import("./diagnose_action.ts"),
});
