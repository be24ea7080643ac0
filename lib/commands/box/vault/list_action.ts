/**
 * Lists the snapshots.
 *
 * @module
 */

import { json, out, table, warn } from "../../../host/ui/terminal.ts";
import { listSnapshots, type Snapshot } from "../../../vault/store.ts";
import type { Context } from "../../context.ts";
import { openProjectVault } from "./open.ts";
import { addedBytes, noteText, sizeText, snapshotJson, timeText } from "./show.ts";
import type { ListFlags } from "./vault.ts";

/** Runs `kanibako box vault list`. */
export default async function list(this: Context, flags: ListFlags, word?: string): Promise<void> {
  const host = await this.host();
  using vault = await openProjectVault(host, word, this.cwd, "look");
  const { all: taken, brought, damaged, unreadable } = await listSnapshots(vault);
  const all = [...brought, ...taken];
  for (const name of unreadable) warn(`Cannot read the record of ${name}`);
  for (const name of damaged) warn(`Not a snapshot, or a damaged one: ${name}`);
  if (flags.json) return json(all.map(snapshotJson));
  if (flags.quiet) return all.forEach(({ name }) => out(name));
  if (all.length === 0) return out("No snapshots found.");
  table(
    ["NAME", "TAKEN", "FILES", "SIZE", "ADDED", "STRATEGY", "NOTE"],
    all.map((snapshot) => [
      snapshot.name,
      timeText(snapshot.record.takenAt),
      ...columns(snapshot),
      noteText(snapshot),
    ]),
  );
}

function columns({ record }: Snapshot): string[] {
  return [
    record.files < 0 ? "-" : String(record.files),
    sizeText(record.bytes),
    sizeText(addedBytes(record)),
    record.home ? `${record.strategy}+home` : record.strategy,
  ];
}
