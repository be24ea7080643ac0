/**
 * Lists the boxes that are running.
 *
 * @module
 */

import type { Context } from "../../context.ts";
import type { PsFlags } from "./list.ts";
import list from "./list_action.ts";

/** Runs `kanibako ps`: `list --active`, or with `--all` the plain list. */
export default function ps(this: Context, flags: PsFlags): Promise<void> {
  return list.call(this, { ...flags, all: false, active: !flags.all, orphan: false });
}
