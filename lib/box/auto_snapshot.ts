/**
 * The snapshot of the vault before a launch. Costs one look into a folder where there is nothing to take.
 *
 * A launch waits for it: it must be of the state before the box runs. Where it is not instant it says so. Checksums that it
 * does not bring along are made afterwards, by a process of its own.
 *
 * @module
 */

import { detach } from "../host/process.ts";
import { self } from "../host/self.ts";
import { note, warn } from "../host/terminal.ts";
import { isEmptyFolder } from "../host/tree_entry.ts";
import type { Project } from "../project/project.ts";
import type { Session } from "./gather.ts";

/** Takes it, where it is wanted. A failure is told; the box starts all the same. */
export async function snapshotBefore({ host, project, settings: { vault } }: Session): Promise<void> {
  if (!project.vault) return;
  try {
    await finishRestore(host, project);
    if (vault.auto.value === "off") return;
    // A box can make its folder one we may not look into.
    if (!vault.includeHome.value && isEmptyFolder(project.vault.readWrite)) return;
    const { snapshotBeforeLaunch } = await import("../vault/auto.ts");
    const taken = await snapshotBeforeLaunch(host, project, vault, note);
    if (!taken) return;
    note(`Vault snapshot: ${taken.snapshot.name}`);
    if (!taken.sealed) await sealSoon(project);
  } catch (error) {
    warn(`No snapshot of the vault was taken: ${error instanceof Error ? error.message : error}`);
    note("  The box starts all the same. To do without: kanibako box config vault.auto=off");
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
