/**
 * Where a live tree differs from the copy that was kept of it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Folder } from "../host/tree/folder.ts";
import { sameContent } from "../host/tree/same_file.ts";

/** A difference: at this path something is there now, or was, or both and they differ. */
export interface Difference {
  /** Relative to the two folders compared. */
  readonly path: string;
  readonly change: "new" | "changed" | "removed";
}

/** Most names of one folder that are looked at. */
const MAX_NAMES = 50_000;

/** The differences of one name in two folders. `undefined`: more than `limit`. */
export function differencesOf(
  live: Folder,
  held: Folder,
  name: string,
  limit: number,
): readonly Difference[] | undefined {
  const found: Difference[] = [];
  const compare = (live: Folder, held: Folder, name: string, path: string): boolean => {
    const change = changeOf(live, held, name);
    if (change === "folders") {
      using a = live.open(name)!;
      using b = held.open(name)!;
      for (const inner of new Set([...a.names(MAX_NAMES), ...b.names(MAX_NAMES)])) {
        if (!compare(a, b, inner, `${path}/${inner}`)) return false;
      }
      return true;
    }
    if (change !== "same") found.push({ path, change });
    return found.length <= limit;
  };
  try {
    return compare(live, held, name, name) ? found : undefined;
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "too-large") return undefined;
    throw error;
  }
}

function changeOf(live: Folder, held: Folder, name: string): Difference["change"] | "folders" | "same" {
  const [now, then] = [live.info(name), held.info(name)];
  if (!now) return then ? "removed" : "same";
  if (!then) return "new";
  if (now.nature !== then.nature) return "changed";
  switch (now.nature) {
    case "folder":
      return "folders";
    case "symlink":
      return live.readLink(name) === held.readLink(name) ? "same" : "changed";
    case "file":
      return now.mode === then.mode && sameContent(live, name, held, name) ? "same" : "changed";
    default:
      // A copy has none of these.
      return "changed";
  }
}
