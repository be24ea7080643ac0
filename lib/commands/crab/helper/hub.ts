/**
 * The hub that a command asks.
 *
 * @module
 */

import { type HelperHub, hubOf } from "../../../app/helper/hub_of.ts";
import type { Context } from "../../context.ts";
import type { WhoseFlags } from "./options.ts";

/** Connects to it. */
export function hubFor(context: Context, { project }: WhoseFlags): Promise<HelperHub> {
  return hubOf({ project, cwd: () => context.cwd, host: () => context.host() });
}
