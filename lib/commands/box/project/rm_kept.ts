/**
 * `kanibako rm` of a box that `run --keep` has left.
 *
 * @module
 */

import { stopProject } from "../../../app/project/stop.ts";
import { type KeptBox, removeKept, runsNow } from "../../../app/run/kept.ts";
import type { Host } from "../../../config/system.ts";
import { UsageError } from "../../../host/error.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { RmFlags } from "./rm.ts";

/** Removes it, or says what would be removed. It is nobody's project: nothing of it stays, and nobody is asked. */
export async function rmKept(host: Host, box: KeptBox, { force, plan, engine }: RmFlags): Promise<void> {
  const { name, image, workspace } = box;
  if (engine !== undefined && engine !== box.engine) {
    throw new UsageError(`The box ${name} is kept in ${box.engine}, not in ${engine}.`);
  }
  if (plan) {
    out(`Would remove ${name}: its home and its image ${image}.`);
    if (workspace !== undefined) out(`Its folder stays: ${workspace}`);
    return;
  }
  if (force && await runsNow(host, box)) await stopProject(host, name, "/");
  await removeKept(host, box);
  out(`Removed ${name}.`);
}
