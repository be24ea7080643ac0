/**
 * Whether a place of the workspace is out of a box's reach.
 *
 * @module
 */

import { isWithin } from "../project/layout.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

/**
 * Whether something read-only is mounted at a place of the workspace, and no other mount shows it. A box that may mount could show it to
 * itself, so none of its places is.
 */
export function isSealed({ mounts, security, workdir }: BoxSpec, workspace: string, path: string): boolean {
  const [seenAt, place] = [`${workdir}/${path}`, `${workspace}/${path}`];
  // The workspace, and folders of it that are mounted onto themselves.
  const isItself = (source: string, destination: string) =>
    isWithin(source, workspace) && destination === workdir + source.slice(workspace.length);
  return security.seccomp !== "engine" &&
    mounts.some(({ destination, readOnly }) => destination === seenAt && readOnly) &&
    !mounts.some((mount) =>
      mount.type === "bind" && !mount.readOnly && !isItself(mount.source, mount.destination) &&
      (isWithin(place, mount.source) || isWithin(mount.source, place))
    );
}
