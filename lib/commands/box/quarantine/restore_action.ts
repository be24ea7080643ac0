/**
 * Puts things from a quarantine back.
 *
 * @module
 */

import { restoreQuarantined } from "../../../app/project/quarantine.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import type { RestoreFlags } from "./quarantine.ts";

/** Runs `kanibako box quarantine restore`. */
export default async function restore(this: Context, flags: RestoreFlags): Promise<void> {
  requireNames(flags.all, this.rest, "restore");
  const done = await restoreQuarantined(await this.host(), flags.project, this.cwd, this.rest, flags);
  if (flags.json) {
    return json(done.map(({ thing, replaced }) => ({ restored: thing, replaced: replaced ?? null })));
  }
  if (done.length === 0) return out("There is nothing to restore.");
  for (const { thing, replaced } of done) {
    out(`Restored ${shellQuote(thing.path)}.`);
    if (replaced) note(`What was in its place is in the quarantine: ${replaced.id}`);
  }
}

/** Throws a usage error unless either all or some things are named. */
export function requireNames(all: boolean, names: readonly string[], verb: string): void {
  if (all && names.length > 0) throw new UsageError("Option --all and PATH cannot be used together.");
  if (all || names.length > 0) return;
  throw new UsageError(`Name what to ${verb}, or use --all.`, {
    hint: "To see what there is: kanibako box quarantine list",
  });
}
