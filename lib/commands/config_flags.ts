/**
 * What all `config` commands have in common on the command line.
 *
 * @module
 */

import { type OptionsFor, toggle } from "./command.ts";

/** Options of every `config` command. */
export interface ConfigFlags {
  readonly effective: boolean;
  readonly reset: boolean;
  readonly all: boolean;
  readonly force: boolean;
  readonly local: boolean;
  readonly schema: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Their declaration. */
export const configFlags: OptionsFor<ConfigFlags> = {
  effective: toggle("Show effective values and where each one comes from"),
  reset: toggle("Remove KEY here, so that a weaker level or the default applies"),
  all: toggle("With --reset: remove every setting made here"),
  force: toggle("With --reset --all: do not ask for confirmation"),
  local: toggle("With resource.NAME: same as resource.NAME=project"),
  schema: toggle("Print the JSON Schema of the settings file"),
  json: toggle("Print JSON"),
  quiet: toggle("Print names only, and no confirmations"),
};

/** Whether a call changes settings; all others only read. */
export function isChange(flags: ConfigFlags, ...words: readonly (string | undefined)[]): boolean {
  return flags.reset || flags.local || words.some((word) => word?.includes("="));
}

/** Their short spellings. */
export const configShort = { q: "quiet" } as const;

/** What a `config` command does, in its help. */
export const CONFIG_WORDS: string =
  `Without KEY, lists the settings made here. KEY prints its value and exits with 1 if it is not
set here. KEY=VALUE sets it. Comments and the order of the file are kept.`;
