/**
 * The projects that lie in a folder a box is shown. What is theirs alone is hidden from that box. And their folders, with
 * those between, are kept in their place: what is hidden is known by its path, which the box must not be able to empty,
 * replace or lead elsewhere, neither for its own next start nor while another box is being started.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { real } from "../guard.ts";
import { isWithin } from "../layout.ts";
import { knownPlaces } from "../list.ts";
import type { SeenTree } from "./recorded.ts";

/** What of other projects lies in one folder of the host that a box is shown. All paths are of the host, and exist. */
export interface Nested {
  /** The vaults, homes and settings the box must not see. */
  readonly hidden: readonly string[];
  /** Folders that must stay where they are, parents first: each project's own, and those between it and the root. */
  readonly kept: readonly string[];
}

/** As {@link Nested}, for every root that has any, and what is to be remembered of them once the box is started. */
export interface NestedProjects {
  readonly byRoot: ReadonlyMap<string, Nested>;
  /** What was seen of each root for the first time, or is another now. */
  readonly seen: ReadonlyMap<string, SeenTree>;
}

const NONE: NestedProjects = { byRoot: new Map(), seen: new Map() };

/**
 * Finds the projects below these folders, which a box shall be shown. Without any, only the registries are read. Throws
 * `nested-moved` when one is not where it was, and `unsafe-share` or `holds-workset` for a root that is, or contains, what
 * no other box may have. `workspace`: the one of these that is the box's workspace.
 */
export async function nestedProjects(
  host: Host,
  roots: readonly string[],
  workspace: string | undefined,
): Promise<NestedProjects> {
  const { projects, worksets } = await knownPlaces(host);
  const home = real(host.dirs.home);
  // A home became a project only after the user agreed that the agent may change all of it.
  const concerned = roots.filter((root) => root !== home).flatMap((root) => {
    // The workspace's own project is seen to by what makes its plan.
    const below = projects.filter(({ path }) =>
      isWithin(path, root) && !(root === workspace && path === root)
    );
    const around = root === workspace
      ? []
      : projects.filter(({ path }) => path !== root && isWithin(root, path));
    const held = worksets.filter((workset) => isWithin(workset.root, root));
    return below.length + around.length + held.length === 0 ? [] : [{ root, below, around, held }];
  });
  if (concerned.length === 0) return NONE;
  const { checkNested } = await import("./check.ts");
  return await checkNested(host, concerned);
}
