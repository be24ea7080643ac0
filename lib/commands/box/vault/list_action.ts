/**
 * Lists the snapshots.
 *
 * @module
 */

import { snapshotsOf } from "../../../app/vault/list.ts";
import { timeText } from "../../../app/vault/words.ts";
import { json, out, table } from "../../../host/ui/terminal.ts";
import type { Snapshot } from "../../../vault/store.ts";
import type { Context } from "../../context.ts";
import { addedBytes, noteText, sizeText, snapshotJson } from "./show.ts";
import type { ListFlags } from "./vault.ts";

/** Runs `kanibako box vault list`. */
export default async function list(this: Context, flags: ListFlags, word?: string): Promise<void> {
  const all = await snapshotsOf(await this.host(), word, this.cwd);
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
