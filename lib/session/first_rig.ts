/**
 * The rig of a project that is not there yet. It is had before the project is made, so that a name that means nothing, or an image
 * that cannot be pulled, leaves no project behind that could never start.
 *
 * @module
 */

import { checkWorkspace } from "../project/guard.ts";
import { isBundled, isRecorded } from "../rig/reference.ts";
import type { Session } from "./gather.ts";
import { getRig } from "./get_rig.ts";
import type { HoldMode } from "./hold_mode.ts";

/**
 * Makes sure of the rig. Asks nobody about one that was used before, nor about those this program brings. Throws what {@link getRig}
 * throws, and `rig-unfit` for an image in which the box could not be started.
 */
export async function getFirstRig(session: Session, how: HoldMode): Promise<void> {
  const { host, project, settings } = session;
  const { value } = settings.image;
  if (isBundled(value)) return;
  // What would be refused in any case is refused before anything is pulled or built for it.
  await checkWorkspace(host, project.path, { standalone: false, allowHome: false });
  // That of a devcontainer.json is got before.
  const isNew = session.devContainer?.use?.image !== value && !await isRecorded(host, value);
  if (isNew) await getRig(session, settings.image);
  await (await import("./fit.ts")).fitted(session, isNew ? how : undefined);
}
