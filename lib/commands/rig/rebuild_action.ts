/**
 * `kanibako rig rebuild`: what it does.
 *
 * @module
 */

import { prepareRig } from "../../app/rig/prepare.ts";
import { UsageError } from "../../host/error.ts";
import type { Context } from "../context.ts";
import { renewAll } from "./renew_all.ts";
import type { RigRebuildFlags } from "./rig_make.ts";

/** Makes a rig from scratch: the newest image, or the newest packages on a new base. */
export default async function rebuild(this: Context, flags: RigRebuildFlags, word?: string): Promise<number> {
  if (flags.all && word !== undefined) throw new UsageError("Use either a rig's name or --all.");
  const host = await this.host();
  const options = { engine: flags.engine, local: flags.local, force: true, fresh: true };
  if (flags.all) return await renewAll(host, options);
  await prepareRig(host, word, options);
  return 0;
}
