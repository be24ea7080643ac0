/**
 * The snapshot of the vault before a launch. Costs one look into a folder where there is nothing to take.
 *
 * A launch waits for it: it must be of the state before the box runs. Where it is not instant it says so. Checksums that it
 * does not bring along are made afterwards, by a process of its own.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { detach } from "../host/process.ts";
import { self } from "../host/self.ts";
import { shellQuote } from "../host/ui/text.ts";
import { info, warning } from "../spec/ui.ts";
import { isEmptyFolder } from "../host/tree/entry.ts";
import { type Project, qualifiedName } from "../project/project.ts";
import type { Session } from "./gather.ts";

/** Takes it, where it is wanted. A failure is reported; the box starts anyway. */
export async function snapshotBefore({ host, project, settings: { vault } }: Session): Promise<void> {
  if (!project.vault) return;
  try {
    await finishRestore(host, project);
    if (vault.auto.value === "off") return;
    if (!vault.includeHome.value && isKnownEmpty(project.vault.readWrite)) return;
    const { snapshotBeforeLaunch } = await import("../vault/snapshot/before_launch.ts");
    const taken = await snapshotBeforeLaunch(host, project, vault, (text) => info(host.ui, "hint", { text }));
    if (!taken) return;
    const { name, record: { unreadable = 0 } } = taken.snapshot;
    info(host.ui, "snapshot-taken", { name });
    host.events({ kind: "snapshot", box: project.id, atMs: Date.now(), data: { name } });
    if (unreadable > 0) {
      info(host.ui, "snapshot-incomplete", { unreadable, name: shellQuote(qualifiedName(project)) });
    }
    if (!taken.sealed) await sealSoon(project);
  } catch (error) {
    warning(host.ui, "snapshot-failed", {
      name: shellQuote(qualifiedName(project)),
      reason: error instanceof Error ? error.message : String(error),
      hints: error instanceof KanibakoError ? error.hints : [],
    });
  }
}

/** Whether there is nothing to take. A folder that a box has closed to us is left to the vault, which reports it. */
function isKnownEmpty(folder: string): boolean {
  try {
    return isEmptyFolder(folder);
  } catch {
    return false;
  }
}

/** What a killed restore left half done is finished before a box runs on it. */
async function finishRestore(host: Session["host"], project: Project): Promise<void> {
  try {
    Deno.lstatSync(`${project.state}/vault.restoring`);
  } catch {
    return;
  }
  const { openVault, sweepVault } = await import("../vault/store.ts");
  using vault = await openVault(host, project);
  await sweepVault(vault);
}

/** Starts making the checksums a snapshot still lacks. Does not wait. */
export async function sealSoon(project: Project): Promise<void> {
  const program = await self();
  detach([...program.command, "internal", "vault-seal", project.path], { env: { ...program.env } });
}
