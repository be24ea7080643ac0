/**
 * The places in the home at which something is mounted. Left to the engine they would be made as root of the box, and
 * the folders above them would not be the agent's.
 *
 * @module
 */

import { sourceText } from "../spec/source.ts";
import { addSteps } from "../crab/steps.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { exists } from "../host/path.ts";
import { shellQuote } from "../host/ui/text.ts";
import { protectFolder } from "../config/box_state.ts";
import type { Session } from "./gather.ts";
import { BOX_HOME, BOX_WORKSPACE } from "../spec/box_paths.ts";
import { warning } from "../spec/ui.ts";
import type { BindMount, BoxSpec, Mount } from "../spec/box_spec.ts";

/**
 * Makes the places that are not there, by handle. Costs one look each when they all are. Throws `no-place` for one in a folder the
 * box can only read.
 */
export async function makeMountPoints(session: Session, plan: BoxSpec): Promise<void> {
  const { project, steps } = session;
  await linkWorkspace(session, plan);
  const inHome: Mount[] = [];
  for (const mount of plan.mounts) {
    const around = containing(mount, plan.mounts);
    // A box removes what is in its home, and a restored home may never have had it: that it was made once says nothing.
    if (around === undefined || isThere(around, mount)) continue;
    if (around.destination === BOX_HOME) inHome.push(mount);
    else if (mount.type === "bind") {
      if (around.readOnly) throw noPlace(around, mount);
      // Only what is there is protected. What has gone a moment ago is not made again.
      if (mount.source.startsWith(`${protectFolder(project.state)}/`)) throw protectChanged(mount);
      await makePlaces(around.source, around.destination, [mount], plan);
    }
  }
  const made: string[] = [];
  for (const mount of inHome) {
    try {
      await makePlaces(project.home, BOX_HOME, [mount], plan);
      made.push(mount.destination);
    } catch (cause) {
      // What the box has put in the way since is its own affair: the engine makes the place in the box, and nowhere else.
      const isOwn = cause instanceof KanibakoError && cause.code === "unsafe-tree" &&
        steps.stubs.includes(mount.destination);
      if (!isOwn) throw cause;
      debug(() => cause.message);
    }
  }
  if (made.some((place) => !steps.stubs.includes(place))) await addSteps(project.state, { stubs: made });
}

/** Where the workspace is at another place, or was in an earlier run. Else nothing is loaded for it. */
async function linkWorkspace({ project, host }: Session, plan: BoxSpec): Promise<void> {
  const target = linkAt(`${project.home}/${BOX_WORKSPACE.slice(BOX_HOME.length + 1)}`);
  if (target === (plan.workdir === BOX_WORKSPACE ? undefined : plan.workdir)) return;
  const { placeWorkspaceLink } = await import("./workspace_link.ts");
  const problem = placeWorkspaceLink(project.home, plan);
  if (problem !== undefined) warning(host.ui, "plan-warning", { text: problem });
}

async function makePlaces(
  root: string,
  seenAt: string,
  mounts: readonly Mount[],
  { user }: BoxSpec,
): Promise<void> {
  const { openTree } = await import("../host/tree/tree.ts");
  using tree = openTree(root);
  const owner = user.kind === "owner" && Deno.uid() === 0 ? { owner: { uid: user.uid, gid: user.gid } } : {};
  for (const mount of mounts) {
    const path = mount.destination.slice(seenAt.length + 1);
    if (await isFile(mount)) {
      const at = path.lastIndexOf("/");
      if (at > 0) tree.makeFolder(path.slice(0, at), { mode: 0o755, ...owner });
      tree.makeFile(path, { mode: 0o644, ...owner });
    } else {
      tree.makeFolder(path, { mode: 0o755, ...owner });
    }
  }
}

/** The innermost folder of the host, or file system in memory, in which the place is. Mounts are sorted, parents first. */
function containing(mount: Mount, mounts: readonly Mount[]): BindMount | undefined {
  const around = mounts.findLast((other) => mount.destination.startsWith(`${other.destination}/`));
  return around?.type === "bind" ? around : undefined;
}

/** Whether there is something already. Nothing rests on the answer: what is made is made by handle. */
function isThere(around: BindMount, mount: Mount): boolean {
  return exists(`${around.source}${mount.destination.slice(around.destination.length)}`);
}

function linkAt(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function protectChanged({ destination }: BindMount): KanibakoError {
  return new KanibakoError(
    "protect-changed",
    `Cannot protect ${shellQuote(destination)}: it was removed just now.`,
    { hint: "Stop what writes in the project, such as another box, and try again." },
  );
}

function noPlace(around: BindMount, mount: Mount): KanibakoError {
  return new KanibakoError(
    "no-place",
    `Cannot mount at ${shellQuote(mount.destination)} (${sourceText(mount.from)}): the box can only read ${
      shellQuote(around.source)
    }, in which it would be, and there is no such folder in it.`,
    { hint: "Make the folder there, or choose another place in the box." },
  );
}

async function isFile(mount: Mount): Promise<boolean> {
  return mount.type === "bind" && (await Deno.stat(mount.source)).isFile;
}
