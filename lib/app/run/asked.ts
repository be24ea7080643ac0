/**
 * What is asked for with one command.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import type { ImageChoice } from "../../rig/choose/types.ts";
import type { SessionRequest } from "../../session/gather.ts";
import type { ScratchBox, ScratchOutput } from "../../session/stand_in.ts";
import type { TakenImage } from "./image.ts";
import type { Mounted, RunPlace } from "./place.ts";

/** A command that is to be run. */
export interface AskedRun {
  readonly host: Host;
  readonly cwd: string;
  readonly argv: readonly string[];
  /** What the options of the call say. `image`: the image, in place of one that is chosen. */
  readonly flags: FlagSettings;
  /** What stands for the terminal, where it is shown on one. */
  readonly terminal?: SessionRequest["terminal"];
  readonly engine?: string;
  /** A configuration that says more: the path of an agentkernel.toml. */
  readonly config?: string;
  /** A template: a name, or the path of a file. */
  readonly template?: string;
  /** Whether the folder of the project is mounted. Default: `auto`. */
  readonly mounted?: Mounted;
  /** It stays, stopped: `name` is what it is called, `branch` a checksum of the branch that it belongs to. */
  readonly keep?: { readonly name: string; readonly branch?: string };
  /** When it is gone, in milliseconds from now: the command is ended, and what was kept is removed. */
  readonly ttlMs?: number;
  /** Is given what was chosen, before anything is started. */
  readonly choosing?: (choice: ImageChoice, taken: TakenImage, place: RunPlace) => void;
  /** Where its streams go, in place of those of this process. */
  readonly output?: ScratchOutput;
  /** It does not get the signals of this process. */
  readonly passesNoSignals?: true;
  /** Is given the command once it has begun. */
  readonly begun?: ScratchBox["begun"];
  /** Cancels getting the image. */
  readonly signal?: AbortSignal;
}
