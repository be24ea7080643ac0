/**
 * What is to be protected in a run, worked out before its plan. Creates nothing.
 *
 * @module
 */

import { openFolder } from "../host/tree/folder.ts";
import { heldAt, type Manifest } from "./manifest.ts";
import { isThere } from "../host/store.ts";
import { protectedPlaces } from "./places.ts";

/** Finds the places, and says what is to be kept of them. Nothing where the project's folder is not there yet. */
export async function protectionOf(
  workspace: string,
  run: string,
  mode: "hooks" | "all",
): Promise<Manifest> {
  const of = { run, workspace, mode, at: Date.now() };
  if (!isThere(workspace)) return { ...of, root: "", places: [], known: {}, bounds: [] };
  using folder = openFolder(workspace);
  return { ...of, root: String(folder.self().ino), ...await protectedPlaces(folder, mode) };
}

/** Each costs an engine some time. What is beyond is compared after the run like all else. */
const MAX_MOUNTS = 256;

/** The copies, as the plan mounts them: of the places nearest to the project's folder, where there are very many. */
export function protectedSources(
  state: string,
  { run, places }: Manifest,
): readonly { readonly path: string; readonly source: string }[] {
  // The number is the place's own: what is not mounted has one, too.
  const mounted = places.flatMap(({ path, kind }, index) =>
    kind === "symlink" ? [] : [{ path, source: heldAt(state, run, index, path) }]
  );
  const depth = (path: string) => path.split("/").length;
  return mounted.sort((one, other) => depth(one.path) - depth(other.path)).slice(0, MAX_MOUNTS);
}
