/**
 * What a command's action is given beside its flags and words.
 *
 * @module
 */

import type { Host } from "../config/system.ts";

/** `this` of every action. */
export interface Context {
  /** The words after `--`, or those beyond the declared ones, untouched. Empty for commands that take none. */
  readonly rest: readonly string[];
  /** Whether `-v` was given. */
  readonly verbose: boolean;
  /** The folder the program was called in. */
  readonly cwd: string;
  /**
   * Opens the configuration, once. The first run sets up what is missing and moves what earlier versions kept elsewhere, unless the
   * command only reads, shows a plan, or `initialise` is false.
   */
  host(initialise?: boolean): Promise<Host>;
}
