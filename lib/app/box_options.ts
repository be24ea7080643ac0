/**
 * What a script may say about a box.
 *
 * @module
 */

import { optionFlags, type SettingOptions } from "../config/settings/options.ts";
import type { FlagSettings } from "../config/settings.ts";

/** What a box is to be like. What is not said follows the configuration. */
export interface BoxOptions {
  /** The rig: a name such as `oci`, or an image reference. */
  readonly image?: string;
  /** Variables of the box, beside those of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the box may reach. */
  readonly network?: "none" | "filtered" | "open";
  /** Rules of a filtered network for this run, beside those that are set: `"example.com"`, `"db.example.com:5432"`, `"@git"`. */
  readonly allow?: readonly string[];
  /** The security profile. */
  readonly security?:
    | "permissive"
    | "standard"
    | "moderate"
    | "strict"
    | "restrictive"
    | "paranoid"
    | "nested"
    | "minimal";
  /** Most memory: bytes, or text such as `"4g"`. */
  readonly memory?: number | string;
  /** Most processors, such as `1.5`. */
  readonly cpus?: number | string;
  /** Most processes and threads. */
  readonly pids?: number | string;
  /** What the box gets of git data outside of its folder, such as a worktree's. */
  readonly gitAccess?: "none" | "read" | "write";
  /** How long it may run, such as `"90s"` or `"8h"`. */
  readonly maxDuration?: number | string;
  /** Ports to publish on this machine, such as `3000` or `"8080:80"`, beside those of the configuration. */
  readonly ports?: readonly (string | number)[];
  /** The container engine. Default: the first that is installed. */
  readonly engine?: string;
}

/** The settings among them. These are the declared ones, neither more nor fewer: written out so that they can be read here. */
type Settings = Omit<BoxOptions, "engine">;
type Same<A, B> = [A, B] extends [B, A]
  ? (keyof A extends keyof B ? (keyof B extends keyof A ? true : never) : never)
  : never;
const asDeclared: Same<Settings, SettingOptions> = true;
void asDeclared;

/** The settings among the options, as the command line would say them. */
export function flagsOf({ engine: _engine, ...settings }: BoxOptions): FlagSettings {
  return optionFlags(settings);
}
