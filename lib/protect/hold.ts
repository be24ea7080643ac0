/**
 * Keeps a copy of every protected place before a run, by handle.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { removeTree } from "../host/tree/remove.ts";
import { shellQuote } from "../host/ui/text.ts";
import { writeJson } from "../host/store.ts";
import { copyOne } from "./copy_one.ts";
import { type HeldPlace, type Manifest, manifestFile, protectRun } from "./manifest.ts";
import { wayTo } from "./way.ts";

/** What is kept of one place: far more than a project has, and not so much that a launch takes minutes. */
const PLACE_LIMITS = { entries: 20_000, bytes: 256 * 2 ** 20, depth: 256 };

/**
 * Copies all places, and writes the manifest when all are there. On an error nothing is left. `isSealed`: whether the box reaches the
 * place by its path only, and something is mounted there.
 *
 * Throws `protect-changed` when a place is no longer what it was a moment ago, and `too-large`, `needs-engine` or `cannot-read`.
 */
export async function holdPlaces(
  state: string,
  manifest: Manifest,
  isSealed: (place: HeldPlace) => boolean = () => false,
): Promise<void> {
  const folder = protectRun(state, manifest.run);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    using workspace = openFolder(manifest.workspace);
    const places: HeldPlace[] = [];
    for (const [index, place] of manifest.places.entries()) {
      const isShared = await holdPlace(workspace, place, `${folder}/${index}`);
      const way = isShared || !isSealed(place) ? undefined : wayTo(workspace, place);
      places.push(way ? { ...place, way } : place);
    }
    await writeJson(manifestFile(state, manifest.run), { ...manifest, places }, 0o600, { durable: false });
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}

/** Whether a file of the place has other names, by which it can be changed. */
async function holdPlace(workspace: Folder, place: HeldPlace, to: string): Promise<boolean> {
  const slash = place.path.lastIndexOf("/");
  const name = place.path.slice(slash + 1);
  using parent = slash < 0 ? undefined : workspace.openPath(place.path.slice(0, slash));
  const from = slash < 0 ? workspace : parent;
  if (from?.info(name)?.kind !== place.kind) throw changed(place.path);
  let isShared: boolean;
  try {
    isShared = await copyOne(from, name, to, PLACE_LIMITS);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    throw new KanibakoError(error.code, `Cannot protect ${shellQuote(place.path)}: ${error.message}`, {
      hint: [...error.hints, "Or protect less: set report.protect to hooks or none."],
      cause: error,
    });
  }
  using copy = openFolder(to);
  if (copy.info(name)?.kind !== place.kind) throw changed(place.path);
  return isShared;
}

function changed(path: string): KanibakoError {
  return new KanibakoError(
    "protect-changed",
    `Cannot protect ${shellQuote(path)}: it was changed just now.`,
    { hint: "Stop what writes in the project, such as another box, and try again." },
  );
}
