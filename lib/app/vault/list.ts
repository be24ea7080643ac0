/**
 * The snapshots of a vault.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { warning } from "../../spec/ui.ts";
import { listSnapshots, type Snapshot } from "../../vault/store.ts";
import { openProjectVault } from "./open.ts";

/** All snapshots, those from elsewhere first, then the oldest first. Notes what is none, or cannot be read. Writes nothing. */
export async function snapshotsOf(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<readonly Snapshot[]> {
  using vault = await openProjectVault(host, word, cwd, "look");
  const { all, brought, damaged, unreadable } = await listSnapshots(vault);
  for (const name of unreadable) warning(host.ui, "snapshot-unreadable", { name });
  for (const name of damaged) warning(host.ui, "snapshot-damaged", { name });
  return [...brought, ...all];
}
