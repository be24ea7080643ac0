/**
 * Which image a single command runs in, and what else was decided with it.
 *
 * @module
 */

import type { Tree } from "../../host/tree/tree.ts";

/** The security profiles that an agentkernel.toml can name; `custom` is `moderate`, as there. */
export type RunProfile = "permissive" | "moderate" | "restrictive";

/** A file that is put into the box before the command starts. */
export interface RunFile {
  /** Where: absolute, in the box. */
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Permission bits. */
  readonly mode: number;
}

/** A secret of the user's store, and the hosts it may go to, as the setting `secret.NAME` has them. */
export interface RunSecret {
  readonly name: string;
  readonly hosts: string;
}

/** What is set for the run beside its image. What is absent is not set. */
export interface RunSettings {
  /** In bytes. */
  readonly memoryBytes?: number;
  /** Processors. */
  readonly cpus?: number;
  readonly profile?: RunProfile;
  readonly network?: "none" | "filtered" | "open";
  /** Rules of a filtered network, as `network.rule` has them, and the presets that it begins with. */
  readonly rules?: Readonly<Record<string, "allow" | "refuse">>;
  readonly presets?: readonly string[];
  /** As `box.ports` has them. */
  readonly ports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A script for `sh`, run in the box before the command. One that fails ends the run. */
  readonly initScript?: string;
  readonly secrets?: readonly RunSecret[];
  readonly files?: readonly RunFile[];
  /** Whether the project is mounted. An option of the user wins. */
  readonly mountProject?: boolean;
}

/** What a file of the project asks for beyond what it may decide. Approved by content, or it does not apply. */
export interface RunAsks {
  /** The file, for people. */
  readonly path: string;
  /** What an approval is kept by: SHA-256 of the file's whole content. */
  readonly digest: string;
  /** What it asks for, as its own keys and values; never empty. */
  readonly asked: ReadonlyMap<string, string>;
  /** What is set in addition once it is approved. */
  readonly settings: RunSettings;
}

/** What was taken, and why. */
export interface ImageChoice {
  /** A rig's name or an image reference, tried first. */
  readonly image: string;
  /** The rig that is taken where `image` cannot be had. */
  readonly standIn: string | undefined;
  /** Such as `rust`; `undefined` where nobody can tell. */
  readonly family: string | undefined;
  /** Sentences for `--explain`. The first says what decided. */
  readonly why: readonly string[];
  /** What a file says that has no effect here: sentences for the user, in any case. */
  readonly notes: readonly string[];
  /**
   * What applies. `trusted`: the user named what says it, so it stands in the place of the user's own settings, and only options win
   * over it. Otherwise it can only take away: the stricter of it and the user's settings applies.
   */
  readonly settings: RunSettings;
  readonly trusted: boolean;
  /** What needs approval; `undefined`: nothing. */
  readonly asks: RunAsks | undefined;
}

/** What decides. */
export interface ChooseInput {
  /** The command and its arguments. */
  readonly argv: readonly string[];
  /** The project's folder in which the user stands; `undefined`: it is not to be looked at. Its content is hostile. */
  readonly folder: Tree | undefined;
  /** What `--image` says. */
  readonly image?: string;
  /** What `--config` says: an absolute path. */
  readonly config?: string;
  /** What `--template` says; a path in it is absolute. */
  readonly template?: string;
  /** Looks up the names of the rigs that are templates here: those this program brings and the user's own. */
  readonly templates: () => Promise<readonly string[]>;
}
