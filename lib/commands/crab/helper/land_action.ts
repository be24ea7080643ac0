/**
 * Takes over what a helper has changed.
 *
 * @module
 */

import { named } from "../../../app/helper/hub_of.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import { showChanges } from "./words.ts";
import type { LandFlags } from "./work.ts";

/** Runs `kanibako crab helper land N [PATH...]`. */
export default async function land(this: Context, flags: LandFlags, word: string): Promise<void> {
  using hub = await hubFor(this, flags);
  const paths = this.rest.length === 0 ? {} : { paths: [...this.rest] };
  const { changes, undo } = await hub.ask("land", { helper: named(word), ...paths, plan: flags.plan });
  if (flags.json) return json({ changes, undo: undo ?? null, planned: flags.plan });
  if (flags.quiet) return;
  showChanges(changes);
  if (changes.length === 0) return note("There is nothing to land.");
  if (flags.plan) return note("Nothing was changed.");
  note(`Landed ${count(changes.length, "path")} of helper ${word}.`);
  if (undo !== undefined) note(`To undo it: ${undo}`);
}
