/**
 * What all `config` commands have in common on the command line.
 *
 * @module
 */

import type { FlagParametersForType } from "@stricli/core";
import { toggle } from "./command.ts";
import type { Context } from "./context.ts";

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
export const configFlags: FlagParametersForType<ConfigFlags, Context> = {
  effective: toggle("What holds, with its source, instead of what is set here"),
  reset: toggle("Take KEY out, so that a weaker level or the default holds again"),
  all: toggle("With --reset: everything that is set here"),
  force: toggle("With --reset --all: do not ask"),
  local: toggle("With resource.NAME: the box's own, short for resource.NAME=project"),
  schema: toggle("Print the JSON Schema of the file"),
  json: toggle("Print JSON"),
  quiet: toggle("Print names only, and no confirmations"),
};

/** Their short spellings. */
export const configShort = { q: "quiet" } as const;

/** What a `config` command does, in its help. */
export const CONFIG_WORDS: string =
  `Without KEY: what is set here. KEY alone prints its value, and ends with 1 when it is
not set here; KEY=VALUE sets it. Comments and order of the file stay.`;
