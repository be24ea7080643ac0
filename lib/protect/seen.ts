/**
 * What a look sees at the places of the table.
 *
 * @module
 */

import type { Folder } from "../host/tree/folder.ts";
import type { Seen } from "../report/look.ts";
import { lookAt } from "../report/look_at.ts";

/** What was seen at a path. */
export interface SeenPath extends Seen {
  /** Relative to the project. */
  readonly path: string;
}

/** Looks at a project. `bounds`: folders in which there is more than is looked at. */
export async function seenAt(
  workspace: Folder,
): Promise<{ readonly seen: readonly SeenPath[]; readonly bounds: readonly string[] }> {
  const { look: { seen, bounds } } = await lookAt(workspace.path);
  return { seen: Object.entries(seen).map(([path, one]) => ({ path, ...one })), bounds };
}
