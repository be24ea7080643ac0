/**
 * Where a project will be: its places, worked out as `describe.ts` will work them out once it is there.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { memberBox, memberVault } from "../membership/members.ts";
import { boxId, projectHash, worksetBoxId } from "../identity.ts";
import { isWithin, modeLayout, projectFolders } from "../layout.ts";
import type { Project, ProjectLayout, ProjectMode, WorksetPlace } from "../project.ts";

/** What a project shall become. */
export interface Destination {
  readonly mode: ProjectMode;
  readonly name: string;
  /** The workspace, absolute, symlinks above it resolved. */
  readonly path: string;
  /** Exactly when `mode` is `workset`. */
  readonly workset?: WorksetPlace;
  /** Of a project of a workset: `own` in the workset's own folder, `link` where it is. */
  readonly placement?: "own" | "link";
  /** For the manifest of a workset: where it came from. [default: the workspace] */
  readonly sourcePath?: string;
}

/** How a project becomes another one. */
export interface Relocation {
  /** A word for people: `move`. */
  readonly what: string;
  readonly project: Project;
  readonly to: Destination;
  /** `copy`: the project stays as it is, and another one comes about. */
  readonly how: "move" | "copy";
  /** `take`: the workspace moves, or is copied, too; `stay`: the destination's is there; `empty`: it is made. */
  readonly workspace: "take" | "stay" | "empty";
  /** A copied home keeps a login that is its own. */
  readonly withCredentials?: boolean;
}

/** The places of a project's box. */
export interface Places {
  readonly mode: ProjectMode;
  readonly layout: ProjectLayout;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly metadata: string;
  readonly home: string;
  /** The folder with both halves of the vault, also where the vault is switched off. */
  readonly vault: string;
  readonly state: string;
}

/** The places of what is to come about. A project that stays in its mode keeps its layout. */
export async function placesOf(host: Host, project: Project, to: Destination): Promise<Places> {
  const layout = project.exists && project.mode === to.mode ? project.layout : modeLayout(to.mode);
  const { mode, name, path, workset } = to;
  const box = workset ? memberBox(workset.root, name) : `${host.system.paths.boxes}/${name}`;
  const folders = projectFolders({
    mode,
    layout,
    path,
    box,
    ...(workset ? { worksetVault: memberVault(workset.root, name) } : {}),
  });
  const id = workset
    ? await worksetBoxId(workset, name)
    : boxId(mode === "standalone" ? "standalone" : "default", name, await projectHash(path));
  return { mode, layout, name, path, id, ...folders, state: boxState(host.dirs, id) };
}

/** The places a project has now. One whose vault or home was put elsewhere by its settings has it there. */
export function placesNow(project: Project): Places {
  const { mode, layout, name, path, id, metadata, home, state, workset, vault } = project;
  const computed = projectFolders({
    mode,
    layout,
    path,
    box: metadata,
    ...(workset ? { worksetVault: memberVault(workset.root, name) } : {}),
  });
  const root = vault ? parent(vault.readWrite) : computed.vault;
  const together = vault === undefined || parent(vault.readOnly) === root;
  return { mode, layout, name, path, id, metadata, home, vault: together ? root : computed.vault, state };
}

/** Whether a place is where nobody but the project's settings put it: it then stays there. */
export function isElsewhere(project: Project, place: string): boolean {
  const own = [
    project.path,
    project.metadata,
    ...(project.workset ? [memberVault(project.workset.root, project.name)] : []),
  ];
  return !own.some((folder) => isWithin(place, folder));
}

/** The folder something is in. */
export function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** The last name of a path. */
export function base(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
