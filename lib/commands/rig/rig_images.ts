/**
 * The `kanibako rig` commands about images of any kind: declarations. They are also `kanibako image pull` and `kanibako image prune`.
 *
 * @module
 */

import { type Command, command, word } from "../command.ts";
import { engine, force, json, plan } from "../shared_options.ts";
import type { EngineFlag } from "./engine_flag.ts";

/** Options of `rig prune`. */
export interface RigPruneFlags extends EngineFlag {
  readonly plan: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** The declaration of `rig pull`. */
export const rigPull: Command = command<EngineFlag, [image: string]>({
  brief: "Pull an image, also one that is already there",
  description:
    `An image without a registry in its name is pulled from Docker Hub, unless it is the name of a rig, which is prepared.
A failure to pull it that kanibako run remembers is forgotten.`,
  flags: { engine },
  positional: [word("image", "An image reference, or the name of a rig")],
  examples: [["kanibako image pull python:3.12-alpine", "have the image that kanibako run uses for Python"]],
  load: () => import("./pull_action.ts"),
});

/** The declaration of `rig prune`. */
export const rigPrune: Command = command<RigPruneFlags>({
  brief: "Remove images that nobody uses",
  description:
    `Removes images that this program has pulled or built from a Containerfile, and that no box, no project and no rig in
use needs. Each can be pulled or built again. Rigs made by hand and images of other programs stay.`,
  flags: { plan, force, json: { ...json, brief: "Print JSON; together with --plan or --force" }, engine },
  exclusive: [["plan", "force"]],
  examples: [
    ["kanibako image prune --plan", "see which images would go, and how much they take"],
    ["kanibako image prune", "remove them, after asking"],
  ],
  load: () => import("./prune_action.ts"),
});
