/**
 * Where the workspace is in a box: `~/workspace`, or with `workspace_path = host` its own path on the host. Parts of a plan know the
 * first only; what they mount in the workspace moves along with it in the end.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { isWithin, SYSTEM_FOLDERS } from "../project/layout.ts";
import { BOX_HOME, BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { BoxSpec, Mount } from "../spec/box_spec.ts";
import { type Source, sourceText } from "../spec/source.ts";

/** What of a box belongs to the rig, the kernel or us: neither these nor anything below them. */
const RESERVED = [...SYSTEM_FOLDERS, "/run", "/usr", "/var/run", BOX_HOME];
/** Disks of the user are mounted there. */
const EXCEPT = ["/run/media"];

/** Where the workspace is. `path`: on the host, without links; `undefined` where there is none. Throws `workspace-place`. */
export function workspacePlace(wanted: "home" | "host", path: string | undefined): string {
  if (wanted === "home" || path === undefined || path === BOX_WORKSPACE) return BOX_WORKSPACE;
  const reserved = RESERVED.find((folder) => isWithin(path, folder) || isWithin(folder, path));
  const isExcepted = EXCEPT.some((folder) => isWithin(path, folder) && path !== folder);
  if (reserved !== undefined && !isExcepted) {
    throw refused(
      path,
      isWithin(path, reserved)
        ? `${reserved} of the box is not for projects`
        : `it contains ${reserved} of the box`,
    );
  }
  return path;
}

/** The mounts with all that is in the workspace at its place. `from`: who wants it there. Throws `workspace-place` where something else is. */
export function movedTo(
  place: string,
  mounts: readonly Mount[],
  user: BoxSpec["user"],
  from: Source,
): readonly Mount[] {
  if (place === BOX_WORKSPACE) return mounts;
  // A rig keeps others than root out of it.
  if (isWithin(place, "/root") && user.uid !== 0) {
    throw refused(place, "the box's user may not enter /root of the box");
  }
  const moved = mounts.map((mount): Mount => {
    if (mount.destination === BOX_WORKSPACE) return { ...mount, destination: place, from };
    if (isWithin(mount.destination, BOX_WORKSPACE)) {
      return { ...mount, destination: place + mount.destination.slice(BOX_WORKSPACE.length) };
    }
    const { destination } = mount;
    // In memory the place can be made; in a folder that stands at its own path it is there.
    const hasPlace = mount.type === "tmpfs"
      ? !mount.readOnly
      : mount.type === "bind" && mount.source === destination;
    const inWay = isWithin(destination, place) || (isWithin(place, destination) && !hasPlace);
    if (inWay) {
      throw refused(
        place,
        `${shellQuote(destination)} of the box is something else (${sourceText(mount.from)})`,
      );
    }
    return mount;
  });
  return moved.sort((a, b) => a.destination < b.destination ? -1 : 1);
}

function refused(path: string, why: string): KanibakoError {
  return new KanibakoError(
    "workspace-place",
    `Cannot put the project at ${shellQuote(path)} in the box: ${why}.`,
    { hint: `To have it at ~/workspace only: kanibako box config ${shellQuote(path)} workspace_path=home` },
  );
}
