/**
 * `kanibako rig prep`: what it does.
 *
 * @module
 */

import { imagesOf, openRuntime } from "../../runtime/open.ts";
import { UsageError } from "../../host/error.ts";
import { progress } from "../../host/ui/progress.ts";
import { prepareRig } from "../../rig/prepare.ts";
import { configuredRig } from "../../rig/reference.ts";
import type { Context } from "../context.ts";
import { renewAll } from "./renew_all.ts";
import type { RigPrepFlags } from "./rig.ts";

/** Makes a rig ready. */
export default async function prep(this: Context, flags: RigPrepFlags, word?: string): Promise<number> {
  if (flags.all && word !== undefined) throw new UsageError("Use either a rig's name or --all.");
  const host = await this.host();
  const store = await imagesOf(await openRuntime(host.dirs, flags.engine));
  const options = { host, store, progress: progress(), force: flags.force || flags.all };
  if (flags.all) return await renewAll(options);
  options.progress.done((await prepareRig(word ?? configuredRig(host), options)).summary);
  return 0;
}
