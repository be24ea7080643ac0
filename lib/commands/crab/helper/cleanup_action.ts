/**
 * Deletes a helper.
 *
 * @module
 */

import { named } from "../../../app/helper/hub_of.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import type { CleanupFlags } from "./life.ts";

/** Runs `kanibako crab helper cleanup N`. */
export default async function cleanup(this: Context, flags: CleanupFlags, word: string): Promise<void> {
  using hub = await hubFor(this, flags);
  const { removed } = await hub.ask("cleanup", { helper: named(word), cascade: flags.cascade });
  if (flags.json) return json({ removed });
  if (flags.quiet) return;
  const below = removed.length - 1;
  note(`Removed helper ${word}${below > 0 ? ` and ${count(below, "helper")} below it` : ""}.`);
}
