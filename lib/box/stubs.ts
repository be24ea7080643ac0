/**
 * The places in the home at which something is mounted. Left to the engine they would be made as root of the box, and
 * the folders above them would not be the agent's.
 *
 * @module
 */

import { addSteps } from "../crab/steps.ts";
import type { Session } from "./gather.ts";
import { GUEST_HOME } from "./guest.ts";
import type { BoxSpec, Mount } from "./spec.ts";

/** Makes the places that are not known to be there, by handle. Costs nothing when they all are. */
export async function makeStubs(session: Session, plan: BoxSpec): Promise<void> {
  const { project, steps } = session;
  const inHome = plan.mounts.filter((mount) =>
    mount.destination.startsWith(`${GUEST_HOME}/`) && !isWithinAnother(mount, plan.mounts)
  );
  const missing = inHome.filter(({ destination }) => !steps.stubs.includes(destination));
  if (missing.length === 0) return;
  const { openTree } = await import("../host/tree.ts");
  using tree = await openTree(project.home);
  const owner = plan.user.kind === "owner" && Deno.uid() === 0
    ? { owner: { uid: plan.user.uid, gid: plan.user.gid } }
    : {};
  for (const mount of missing) {
    const path = mount.destination.slice(GUEST_HOME.length + 1);
    if (await isFile(mount)) {
      const at = path.lastIndexOf("/");
      if (at > 0) tree.makeFolder(path.slice(0, at), { mode: 0o755, ...owner });
      tree.makeFile(path, { mode: 0o644, ...owner });
    } else {
      tree.makeFolder(path, { mode: 0o755, ...owner });
    }
  }
  await addSteps(project.state, { stubs: missing.map(({ destination }) => destination) });
}

/** Whether the place is in a mount of its own, such as the workspace: it is not the home's then. */
function isWithinAnother(mount: Mount, mounts: readonly Mount[]): boolean {
  return mounts.some((other) =>
    other.destination !== GUEST_HOME && mount.destination.startsWith(`${other.destination}/`)
  );
}

async function isFile(mount: Mount): Promise<boolean> {
  return mount.type === "bind" && (await Deno.stat(mount.source)).isFile;
}
