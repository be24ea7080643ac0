/**
 * The `kanibako rig` commands that make rigs and remove them: declarations.
 *
 * @module
 */

import type { AddedKind } from "../../rig/add/source.ts";
import { choice, type Command, command, optionalWord, text, toggle, word } from "../command.ts";
import { engine, force } from "../shared_options.ts";
import type { EngineFlag } from "./engine_flag.ts";

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
  brief: "Pull or build a rig from scratch, without cached layers and on a new base",
  flags: {
    all: toggle("Apply to every rig that has a Containerfile"),
    local: toggle("Build it here instead of pulling it"),
    engine,
  },
  positional: [optionalWord("image", "Name of a rig [default: the configured rig]")],
  load: () => import("./rebuild_action.ts"),
});

/** Options of `rig extend`. */
export interface RigExtendFlags extends EngineFlag {
  readonly from?: string;
  readonly alwaysCommit: boolean;
  readonly noCommitOnError: boolean;
  readonly force: boolean;
}

/** Options of `rig create`. */
export interface RigCreateFlags extends Omit<RigExtendFlags, "from"> {
  readonly base?: string;
  readonly template?: string;
}

const BY_HAND =
  `Opens a shell in a container, as root. Install what you need, then type exit: the container becomes the
image. A home in it is covered by the home of each box, so put programs into /usr/local or /opt. Without a
terminal, the shell reads commands from standard input and ends at the first one that fails.`;

const byHand = {
  alwaysCommit: toggle("Make the rig even if the shell ends with an error"),
  noCommitOnError: toggle("Do not make the rig if the shell ends with an error [default: asks]"),
  force: toggle("Replace a rig of that name without asking"),
  engine,
} as const;

/** The declaration of `rig create`. */
export const rigCreate: Command = command<RigCreateFlags, [name: string]>({
  brief: "Make a rig by hand, or from a template under another name",
  description: `${BY_HAND}\nWith --template, builds that template instead.`,
  flags: {
    base: text("RIG", "Rig or image to begin with [default: the configured rig]"),
    template: text("NAME", "Build this template; --base replaces what it is built on"),
    ...byHand,
  },
  short: { f: "force" },
  exclusive: [["alwaysCommit", "noCommitOnError"]],
  positional: [word("name", "Name of the new rig")],
  examples: [["kanibako rig create systems", "install compilers by hand"], [
    "kanibako rig create java-min --template jvm --base min",
    "build the template jvm on the small rig",
  ]],
  load: () => import("./create_action.ts"),
});

/** The declaration of `rig extend`. */
export const rigExtend: Command = command<RigExtendFlags, [name: string]>({
  brief: "Make a rig by hand from another one",
  description: BY_HAND,
  flags: { from: text("RIG", "Rig or image to begin with"), ...byHand },
  short: { f: "force" },
  exclusive: [["alwaysCommit", "noCommitOnError"]],
  positional: [word("name", "Name of the new rig")],
  examples: [["kanibako rig extend db --from oci", "add programs to the default rig"], [
    "kanibako rig extend db --from oci < install.sh",
    "run a script instead",
  ]],
  load: () => import("./extend_action.ts"),
});

/** Options of `rig add`. */
export interface RigAddFlags extends EngineFlag {
  readonly name?: string;
  readonly as?: AddedKind;
  readonly sha256?: string;
  readonly force: boolean;
}

/** The declaration of `rig add`. */
export const rigAdd: Command = command<RigAddFlags, [source: string]>({
  brief: "Add a rig: an image in a registry or a file, or a Containerfile",
  description:
    `Pulls and builds nothing. An image in a file is loaded under a name of kanibako's own, whatever the
file calls it.`,
  flags: {
    name: text("NAME", "Name of the rig [default: from the source]"),
    as: choice(["image", "template"], "What the source is [default: what it looks like]"),
    sha256: text("HEX", "Refuse a download that has another checksum"),
    force: toggle("Replace a rig of that name"),
    engine,
  },
  short: { f: "force" },
  positional: [word("source", "Image reference, file or https address")],
  examples: [["kanibako rig add ghcr.io/corp/base:1.0", "use this image as corp/base:1.0"], [
    "kanibako rig add ./Containerfile.template-go",
    "add the template go",
  ]],
  load: () => import("./add_action.ts"),
});
