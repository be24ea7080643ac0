/**
 * What a box is called where names must not clash: its container, its folders of state.
 *
 * @module
 */

import type { ProjectMode } from "./project.ts";
import { slug } from "./names.ts";

/** SHA-256 of a path, in hexadecimal. */
export async function projectHash(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(path));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A box's identity. Names of default projects are unique, so they suffice; a standalone project is only unique by its
 * path, so its hash is part of it. No name may start with `ronin-`, so the two kinds never meet.
 */
export function boxId(mode: Exclude<ProjectMode, "workset">, name: string, hash: string): string {
  return mode === "default"
    ? `kanibako-${name}`
    : `kanibako-ronin-${slug(name).slice(0, 32)}-${hash.slice(0, 8)}`;
}
