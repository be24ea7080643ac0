/**
 * Lists what a helper has changed.
 *
 * @module
 */

import { named } from "../../../app/helper/hub_of.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import type { OneFlags } from "./life.ts";
import { showChanges } from "./words.ts";

/** Runs `kanibako crab helper diff N`. */
export default async function diff(this: Context, flags: OneFlags, word: string): Promise<void> {
  using hub = await hubFor(this, flags);
  const { changes } = await hub.ask("diff", { helper: named(word) });
  if (flags.json) return json(changes);
  if (changes.length === 0) return note("It has changed nothing.");
  showChanges(changes);
}
