/**
 * The `kanibako rig` commands: declarations.
 *
 * @module
 */

import type { RuntimeKind } from "../../runtime/kinds.ts";
import { type Command, command, optionalWord, toggle, word } from "../command.ts";
import { engine, force, json, namesOnly as quiet } from "../shared_options.ts";

/** The option that chooses an engine. */
export interface EngineFlag {
  readonly engine?: RuntimeKind;
}

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

/** The declaration of `rig prep`. */
export const rigPrep: Command = command<RigPrepFlags, [name?: string]>({
  brief: "Pull or build a rig, so that boxes start without delay",
  description:
    `Does nothing if the rig is already there. Otherwise pulls it, or builds it from its Containerfile. If the base image
cannot be pulled either, builds the base from the distribution's packages.`,
  flags: {
    force: toggle("Pull or build it even if it is already there"),
    all: toggle("Apply to every rig that has a Containerfile"),
    engine,
  },
  short: { f: "force" },
  suggestFor: ["build"],
  positional: [optionalWord("name", "Name of a rig [default: the configured rig]")],
  examples: [["kanibako rig prep", "prepare the default rig"], [
    "kanibako rig prep min --force",
    "rebuild the small rig",
  ]],
  load: () => import("./prep_action.ts"),
});

/** The declaration of `rig rm`. */
export const rigRm: Command = command<RigRmFlags, [image: string]>({
  brief: "Remove a rig's image",
  flags: { force, engine },
  short: { f: "force" },
  positional: [word("image", "Name of a rig, or an image reference")],
  load: () => import("./rm_action.ts"),
});

/** The declaration of `rig rebuild`. */
export const rigRebuild: Command = command<RigRebuildFlags, [image?: string]>({
  brief: "Pull or build a rig again, same as rig prep --force",
  flags: {
    all: toggle("Apply to every rig that has a Containerfile"),
    local: toggle("Build it here instead of pulling it"),
    engine,
  },
  positional: [optionalWord("image", "Name of a rig [default: the configured rig]")],
  load: () => import("./rebuild_action.ts"),
});

/** The declaration of `rig diagnose`. */
export const rigDiagnose: Command = command<RigInfoFlags>({
  brief: "Check that rigs can be pulled and built on this machine",
  flags: { json, engine },
  load: () => import("./diagnose_action.ts"),
});
