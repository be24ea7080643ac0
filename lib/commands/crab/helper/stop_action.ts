/**
 * Stops a helper.
 *
 * @module
 */

import { helperNamed } from "../../../app/helper/list_helpers.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import type { DoneFlags } from "./life.ts";

const ENDED = ["done", "failed", "stopped"];

/** Runs `kanibako crab helper stop N`. One that has ended is no error. */
export default async function stop(this: Context, flags: DoneFlags, word: string): Promise<void> {
  using hub = await hubFor(this, flags);
  const { number, status } = helperNamed((await hub.ask("list", {})).helpers, word);
  // It is asked all the same: helpers of one that has ended may go on.
  await hub.ask("stop", { helper: number });
  if (flags.json) return json({ helper: number, stopped: !ENDED.includes(status) });
  if (flags.quiet) return;
  note(ENDED.includes(status) ? `Helper ${number} has ended already.` : `Stopped helper ${number}.`);
}
