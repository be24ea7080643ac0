/**
 * Checks snapshots.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { type Verdict, verifySnapshot } from "../../vault/checksums/verify.ts";
import { findSnapshot, listSnapshots } from "../../vault/store.ts";
import { openProjectVault } from "./open.ts";

/** Checks one snapshot, or all. Damage is a result, not an error. Throws `unknown-snapshot`. */
export async function verifySnapshots(
  host: Host,
  word: string | undefined,
  cwd: string,
  name?: string,
): Promise<readonly Verdict[]> {
  using vault = await openProjectVault(host, word, cwd, "read");
  const { all, brought, damaged, unreadable } = await listSnapshots(vault);
  const chosen = name === undefined ? [...brought, ...all] : [await findSnapshot(vault, name)];
  const verdicts: Verdict[] = [];
  for (const snapshot of chosen) {
    const verdict = await verifySnapshot(vault, snapshot);
    // A launch may have thinned it out meanwhile: that is no damage.
    if (verdict.outcome !== "damaged" || vault.versions.info(snapshot.name)) verdicts.push(verdict);
  }
  if (name !== undefined) return verdicts;
  return [
    ...verdicts,
    ...unreadable.map((one) => verdictOf(one, "unknown", "its record cannot be read at the moment")),
    ...damaged.map((one) => verdictOf(one, "damaged", "its record is missing or cannot be read")),
  ];
}

function verdictOf(name: string, outcome: Verdict["outcome"], detail: string): Verdict {
  return { name, outcome, changed: [], missing: [], added: [], detail };
}
