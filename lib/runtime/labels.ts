/**
 * The labels on everything we start. Finding and stopping go by them, never by a part of a name.
 *
 * @module
 */

import type { BoxIdentity } from "../spec/identity.ts";
import { sha256 } from "../host/sha256.ts";
import { version } from "../host/version.ts";

/** The box's identity. */
export const LABEL_BOX = "kanibako.box";
/** What the box is for: see `BoxRole`. */
export const LABEL_ROLE = "kanibako.role";
/** The box that asked for it, by its id; empty where a person did. */
const LABEL_PARENT = "kanibako.parent";
/** Whose it is: one user's kanibako on one machine; see {@link ownerMark}. */
export const LABEL_OWNER = "kanibako.owner";
/** The version of the program that started it. */
const LABEL_VERSION = "kanibako.version";
/** The run it belongs to. */
export const LABEL_RUN = "kanibako.run";

/** How long the container lives: `ephemeral` or `persistent`. */
export const LABEL_LIFETIME = "kanibako.lifetime";
/** The agent it runs; empty for a shell. */
export const LABEL_AGENT = "kanibako.agent";

/** Marks a container that is no box, and goes when what it is for is done. */
export const LABEL_PASSING = "kanibako.passing";
const PASSING_NAME = "kanibako-passing-";

/** A new name for such a container. */
export function passingName(): string {
  return `${PASSING_NAME}${crypto.randomUUID().slice(0, 8)}`;
}

/** Whether a container is called like one. */
export function isPassing(name: string): boolean {
  return name.startsWith(PASSING_NAME);
}

/** The device and the inode of its project's folder, as it was when the box was started. */
export const LABEL_FOLDER = "kanibako.folder";
/** Where that is in the box. */
export const LABEL_PLACE = "kanibako.place";

/** Tells one user's boxes from another's on the same engine: the state folder's hash. */
export async function ownerMark(state: string): Promise<string> {
  return (await sha256(`${Deno.uid()}:${state}`)).slice(0, 12);
}

/** The labels of a box's container. */
export function boxLabels(
  { id, role, parent }: Pick<BoxIdentity, "id" | "role" | "parent">,
  owner: string,
  run: string,
  lifetime: string,
  agent: string | undefined,
): Record<string, string> {
  return {
    [LABEL_BOX]: id,
    [LABEL_ROLE]: role,
    // Always, as an image may carry labels of its own.
    [LABEL_PARENT]: parent ?? "",
    [LABEL_OWNER]: owner,
    [LABEL_RUN]: run,
    [LABEL_LIFETIME]: lifetime,
    [LABEL_VERSION]: version,
    [LABEL_AGENT]: agent ?? "",
  };
}

/** The labels that say which folder a box has, and where. `mark`: see `markOf` of `lib/run/mounted.ts`. */
export function folderLabels(mark: string | undefined, place: string): Record<string, string> {
  // Always, as an image may carry labels of its own.
  return { [LABEL_FOLDER]: mark ?? "", [LABEL_PLACE]: place };
}

/** Whether these labels are those of this user's own box. `state`: the state folder. */
export async function isOwnBox(labels: Readonly<Record<string, string>>, state: string): Promise<boolean> {
  return labels[LABEL_ROLE] !== undefined && labels[LABEL_OWNER] === await ownerMark(state);
}
