/**
 * Starts a helper again.
 *
 * @module
 */

import { named } from "../../../app/helper/hub_of.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import type { DoneFlags } from "./life.ts";

/** Runs `kanibako crab helper respawn N`. */
export default async function respawn(this: Context, flags: DoneFlags, word: string): Promise<void> {
  using hub = await hubFor(this, flags);
  const { helper, container_name: container } = await hub.ask("respawn", { helper: named(word) });
  if (flags.json) return json({ helper, container });
  if (!flags.quiet) note(`Started helper ${helper} again.`);
}
