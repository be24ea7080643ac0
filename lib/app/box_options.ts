/**
 * What a script may say about a box.
 *
 * @module
 */

import { optionFlags, type SettingOptions } from "../config/settings/options.ts";
import type { FlagSettings } from "../config/settings.ts";

/** What a box is to be like. What is not said follows the configuration. */
export interface BoxOptions extends SettingOptions {
  /** The container engine. Default: the first that is installed. */
  readonly engine?: string;
}

/** The settings among the options, as the command line would say them. */
export function flagsOf({ engine: _engine, ...settings }: BoxOptions): FlagSettings {
  return optionFlags(settings);
}
