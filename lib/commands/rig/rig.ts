/**
 * The `kanibako rig` commands: declarations.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, toggle, word } from "../command.ts";

/** The option that chooses an engine. */
export interface EngineFlag {
  readonly engine?: "podman" | "docker";
}

/** Options of `rig list`. */
export interface RigListFlags extends EngineFlag {
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Options of `rig info` and `rig diagnose`. */
export interface RigInfoFlags extends EngineFlag {
  readonly json: boolean;
}

/** Options of `rig prep`. */
export interface RigPrepFlags extends EngineFlag {
  readonly force: boolean;
  readonly all: boolean;
}

/** Options of `rig rm`. */
export interface RigRmFlags extends EngineFlag {
  readonly force: boolean;
}

/** Options of `rig rebuild`. */
export interface RigRebuildFlags extends EngineFlag {
  readonly all: boolean;
  readonly local: boolean;
}

const engine = choice(["podman", "docker"], "Use this container engine");

/** The declaration of `rig list`. */
export const rigList: Command = command<RigListFlags>({
  brief: "List the rigs (container images) there are and could be",
  flags: { quiet: toggle("Names only, one a line"), json: toggle("Print JSON"), engine },
  short: { q: "quiet" },
  load: () => import("./list_action.ts"),
});

/** The declaration of `rig info`. */
export const rigInfo: Command = command<RigInfoFlags, [image: string]>({
  brief: "Show what a rig is and where it comes from",
  flags: { json: toggle("Print JSON"), engine },
  positional: [word("image", "A rig's name or an image reference")],
  load: () => import("./info_action.ts"),
});

/** The declaration of `rig prep`. */
export const rigPrep: Command = command<RigPrepFlags, [name?: string]>({
  brief: "Get or build a rig so that a box can start at once",
  description:
    `A rig that is here already is left alone. Otherwise it is pulled, or built from its Containerfile; when its base cannot
be pulled either, the base is made from the distribution's packages.`,
  flags: {
    force: toggle("Make it anew although it is there"),
    all: toggle("Every rig that has a recipe"),
    engine,
  },
  short: { f: "force" },
  positional: [optionalWord("name", "A rig's name; the configured one unless told")],
  examples: [["kanibako rig prep", "prepare the default rig"], [
    "kanibako rig prep min --force",
    "build the small one anew",
  ]],
  load: () => import("./prep_action.ts"),
});

/** The declaration of `rig rm`. */
export const rigRm: Command = command<RigRmFlags, [image: string]>({
  brief: "Remove a rig's image",
  flags: { force: toggle("Do not ask"), engine },
  short: { f: "force" },
  positional: [word("image", "A rig's name or an image reference")],
  load: () => import("./rm_action.ts"),
});

/** The declaration of `rig rebuild`. */
export const rigRebuild: Command = command<RigRebuildFlags, [image?: string]>({
  brief: "Make a rig anew, as `rig prep --force` does",
  flags: {
    all: toggle("Every rig that has a recipe"),
    local: toggle("Build it here instead of pulling it"),
    engine,
  },
  positional: [optionalWord("image", "A rig's name; the configured one unless told")],
  load: () => import("./rebuild_action.ts"),
});

/** The declaration of `rig diagnose`. */
export const rigDiagnose: Command = command<RigInfoFlags>({
  brief: "Check that rigs can be pulled and built here",
  flags: { json: toggle("Print JSON"), engine },
  load: () => import("./diagnose_action.ts"),
});
