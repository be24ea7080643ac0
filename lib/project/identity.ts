/**
 * What the box of a project is, and what it is called where names must not clash: its container, its folders of state.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import type { BoxIdentity } from "../spec/identity.ts";
import type { Project, ProjectMode, WorksetPlace } from "./project.ts";
import { slug } from "./names.ts";

/** The box of a project. */
export function identityOf(project: Project): BoxIdentity {
  const { id, name, path, home, vault, state } = project;
  return { id, role: "box", name, workspace: { path }, home, ...(vault ? { vault } : {}), state };
}

/** SHA-256 of a path, in hexadecimal. */
export async function projectHash(path: string): Promise<string> {
  return await sha256(path);
}

/** Most characters of a workset's or a member's name in an identity: it must stay short enough for a container. */
const WORKSET_PART = 24;

/** The identity of a workset's project: the same name in two worksets, or two worksets of one name, never meet. */
export async function worksetBoxId(workset: WorksetPlace, name: string): Promise<string> {
  const hash = await projectHash(`${workset.root}\0${name}`);
  const part = (text: string) => slug(text).slice(0, WORKSET_PART);
  return `kanibako-ws-${part(workset.name)}-${part(name)}-${hash.slice(0, 8)}`;
}

/**
 * A box's identity. Names of default projects are unique, so they suffice; a standalone project is only unique by its
 * path, so its hash is part of it. No name may start with `ronin-` or `ws-`, so the three kinds never meet.
 */
export function boxId(mode: Exclude<ProjectMode, "workset">, name: string, hash: string): string {
  return mode === "default"
    ? `kanibako-${name}`
    : `kanibako-ronin-${slug(name).slice(0, 32)}-${hash.slice(0, 8)}`;
}
