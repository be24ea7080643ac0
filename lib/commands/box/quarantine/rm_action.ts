/**
 * Deletes things from a quarantine.
 *
 * @module
 */

import { discardQuarantined } from "../../../app/project/quarantine.ts";
import { json, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import type { RmFlags } from "./quarantine.ts";
import { requireNames } from "./restore_action.ts";

/** Runs `kanibako box quarantine rm`. */
export default async function rm(this: Context, flags: RmFlags): Promise<void> {
  requireNames(flags.all, this.rest, "delete");
  const gone = await discardQuarantined(await this.host(), flags.project, this.cwd, this.rest, flags);
  if (flags.json) return json({ deleted: gone });
  if (gone.length === 0) return out("The quarantine is empty.");
  for (const { path } of gone) out(`Deleted ${shellQuote(path)}.`);
}
