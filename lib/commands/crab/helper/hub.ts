/**
 * The hub that a command asks.
 *
 * @module
 */

import { type HelperHub, hubOf, type WhoseHelpers } from "../../../app/helper/hub_of.ts";
import { listHelpers } from "../../../app/helper/list_helpers.ts";
import type { View } from "../../../hub/words.ts";
import type { Context } from "../../context.ts";
import type { WhoseFlags } from "./options.ts";

/** The helpers that a command is about. */
export function helpersFor(context: Context, flags: WhoseFlags): Promise<readonly View[]> {
  return listHelpers(whose(context, flags));
}

/** Connects to it. */
export function hubFor(context: Context, flags: WhoseFlags): Promise<HelperHub> {
  return hubOf(whose(context, flags));
}

function whose(context: Context, { project }: WhoseFlags): WhoseHelpers {
  return { project, cwd: () => context.cwd, host: () => context.host() };
}
