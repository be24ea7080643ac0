/**
 * `kanibako rig prep`: what it does.
 *
 * @module
 */

import { prepareRig } from "../../app/rig/prepare.ts";
import { UsageError } from "../../host/error.ts";
import type { Context } from "../context.ts";
import { renewAll } from "./renew_all.ts";
import type { RigPrepFlags } from "./rig_make.ts";

/** Makes a rig ready. */
export default async function prep(this: Context, flags: RigPrepFlags, word?: string): Promise<number> {
  if (flags.all && word !== undefined) throw new UsageError("Use either a rig's name or --all.");
  const host = await this.host();
  if (flags.all) return await renewAll(host, flags);
  await prepareRig(host, word, flags);
  return 0;
}
