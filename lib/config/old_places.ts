/**
 * Places of earlier versions. What only reads finds things there; what writes moves them first, see `initialise.ts`.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { isThere, readText } from "../host/store.ts";
import { checkOwnership } from "./ownership.ts";
import type { SystemPaths } from "./paths.ts";

/** Something that is still where earlier versions kept it. */
export interface OldPlace {
  readonly what: "config" | "boxes" | "env";
  readonly from: string;
  /** Where it belongs; nothing is there. */
  readonly to: string;
}

/** The system configuration in the folder it once had of its own: its place and its text. */
export async function oldConfig(
  base: Dirs,
): Promise<{ readonly place: OldPlace; readonly text: string } | undefined> {
  const from = `${base.configHome}/kanibako/kanibako.toml`;
  const text = await readText(from).catch((cause) => {
    // A file named `kanibako` where the folder was is none of our business.
    if (cause instanceof KanibakoError && cause.cause instanceof Deno.errors.NotADirectory) return undefined;
    throw cause;
  });
  if (text === undefined) return undefined;
  await checkOwnership(from, "others may read");
  return { place: { what: "config", from, to: base.configFile }, text };
}

/** The folder of boxes and the file of variables, where these are still in their old places. One look at each where not. */
export function oldFolders(base: Dirs, paths: SystemPaths): OldPlace[] {
  const places: OldPlace[] = [
    { what: "boxes", from: `${paths.data}/settings`, to: paths.boxes },
    { what: "env", from: `${base.configHome}/kanibako/env`, to: paths.env },
  ];
  return places.filter(({ from, to }) => !isThere(to) && isThere(from));
}
