/**
 * Takes over what the earlier program left, and says what became of each thing.
 *
 * @module
 */

import { migrate, type Migrated } from "../../app/system/migrate.ts";
import { ensureInitialised } from "../../config/initialise.ts";
import { UsageError } from "../../host/error.ts";
import { json, note, out } from "../../host/ui/terminal.ts";
import { escapeControl, shellQuote } from "../../host/ui/text.ts";
import { PLANNED } from "../box/project/show_change.ts";
import type { Context } from "../context.ts";
import type { SystemMigrateFlags } from "./migrate.ts";

/** Runs `kanibako system migrate`. Exit code 1 when taking something over failed. */
export default async function systemMigrate(this: Context, flags: SystemMigrateFlags): Promise<number> {
  const { plan, approve, from } = flags;
  if (approve && from === undefined) throw new UsageError("--approve requires --from.");
  const opened = await this.host(false);
  // What is still in the places of earlier versions stays there: nothing of the original is changed.
  const host = plan || opened.system.old.length > 0 ? opened : await ensureInitialised(opened);
  const { source, items } = await migrate(host, { from, approve, plan, cwd: this.cwd });
  const failed = items.some((item) => item.failed) ? 1 : 0;
  if (flags.json) {
    json({ from: source.data ?? from ?? null, items: items.map(plainItem) });
    return failed;
  }
  show(items.filter(({ fate }) => fate === "take"), plan ? "To be taken over:" : "Taken over:", plan);
  const here = items.filter(({ fate }) => fate === "here");
  if (this.verbose) show(here, "Here already:", false);
  else if (here.length > 0) out(`Here already: ${here.length}. To list them, add -v.`);
  show(items.filter(({ fate }) => fate === "cannot"), "Not taken over:", false);
  if (items.length === 0) {
    out(`There is no data of an earlier version in ${shellQuote(source.data ?? from ?? this.cwd)}.`);
    note("To take over from another folder: kanibako system migrate --from DIR");
  } else if (plan) note(PLANNED);
  else if (items.some(({ kind, fate }) => kind === "box" && fate === "take")) {
    note("To list your boxes: kanibako list");
  }
  return failed;
}

function show(items: readonly Migrated[], title: string, steps: boolean): void {
  if (items.length === 0) return;
  out(title);
  for (const item of items) {
    const why = item.why === undefined ? "" : `: ${item.why}`;
    const what = item.kind === "other" ? escapeControl(item.name) : `${item.kind} ${shellQuote(item.name)}`;
    out(`  ${what} (${shellQuote(item.about)})${why}`);
    for (const line of [...steps ? item.steps : [], ...item.notes ?? []]) out(`    ${line}`);
  }
}

function plainItem({ asks, ...item }: Migrated): unknown {
  return { ...item, notes: item.notes ?? [], asks: Object.fromEntries(asks ?? []) };
}
