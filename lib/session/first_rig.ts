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

/** Makes sure of the rig. Asks nobody about one that was used before, nor about those this program brings. Throws what {@link getRig} throws. */
export async function getFirstRig(session: Session): Promise<void> {
  const { host, project, settings } = session;
  const { value } = settings.image;
  if (isBundled(value) || await isRecorded(host, value)) return;
  // What would be refused in any case is refused before anything is pulled or built for it.
  await checkWorkspace(host, project.path, { standalone: false, allowHome: false });
  await getRig(session, settings.image);
}
