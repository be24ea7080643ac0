/**
 * `kanibako rig rebuild`: what it does.
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
import type { RigRebuildFlags } from "./rig.ts";

/** Makes a rig from scratch: the newest image, or the newest packages on a new base. */
export default async function rebuild(this: Context, flags: RigRebuildFlags, word?: string): Promise<number> {
  if (flags.all && word !== undefined) throw new UsageError("Use either a rig's name or --all.");
  const host = await this.host();
  const store = await imagesOf(await openRuntime(host.dirs, flags.engine));
  const options = { host, store, progress: progress(), force: true, fresh: true, local: flags.local };
  if (flags.all) return await renewAll(options);
  options.progress.done((await prepareRig(word ?? configuredRig(host), options)).summary);
  return 0;
}
