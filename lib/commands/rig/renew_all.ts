/**
 * `--all` of `rig prep` and `rig rebuild`.
 *
 * @module
 */

import { renewRigs, type RigOptions } from "../../app/rig/prepare.ts";
import type { Host } from "../../config/system.ts";
import { note } from "../../host/ui/terminal.ts";

/** Makes every existing rig again and counts. Returns the exit code. */
export async function renewAll(host: Host, options: RigOptions): Promise<number> {
  const { total, renewed } = await renewRigs(host, options);
  note(total === 0 ? "There are no rigs yet." : `Updated ${renewed.length}/${total}`);
  return renewed.length === total ? 0 : 1;
}
