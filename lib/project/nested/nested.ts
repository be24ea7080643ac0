/**
 * The projects that lie in a folder a box is shown. What is theirs alone is hidden from that box. And their folders, with
 * those between, are kept in their place: what is hidden is known by its path, which the box must not be able to empty,
 * replace or lead elsewhere, neither for its own next start nor while another box is being started.
 *
 * @module
 */

import { real } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { aliasesIn } from "./aliases.ts";
import { shellQuote } from "../../host/ui/text.ts";
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

/** What the folders are wanted for, for the message of an error. */
export interface Purpose {
  /** What cannot be done. */
  readonly act: string;
  /** What would come of it. */
  readonly harm: string;
}

const START: Purpose = {
  act: "start the box",
  harm: "What is kept for that project could be open to this box.",
};

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
  purpose: Purpose = START,
): Promise<NestedProjects> {
  const { projects, worksets } = await knownPlaces(host);
  const isAlone = roots.length === 1 && worksets.length === 0 &&
    projects.every(({ path }) => path === workspace);
  if (isAlone) return NONE;
  const home = real(host.dirs.home);
  // A home became a project only after the user agreed that the agent may change all of it.
  const seenAt = aliasesIn();
  const paths = new Map(
    [...projects.map(({ path }) => path), ...worksets.map(({ root }) => root)].map((
      path,
    ) => [path, seenAt(path)]),
  );
  const concerned = roots.filter((root) => root !== home).flatMap((root) => {
    const names = seenAt(root);
    const isIn = (folder: string) => names.some((name) => isWithin(name, folder));
    // The workspace's own project is seen to by what makes its plan.
    const below = projects.filter(({ path }) => root !== workspace || path !== root).flatMap((place) =>
      paths.get(place.path)!.filter((at) => isWithin(at, root)).map((at) => ({ ...place, at }))
    );
    const around = projects.filter(({ path }) => path !== root && isIn(path));
    const held = worksets.filter((workset) => paths.get(workset.root)!.some((at) => isWithin(at, root)));
    const vaults = worksets.filter((workset) => root !== workspace && isIn(`${workset.root}/vault`));
    return [below, around, held, vaults].every((some) => some.length === 0)
      ? []
      : [{ root, names, below, around, held, vaults }];
  });
  if (concerned.length === 0) return NONE;
  const { checkNested } = await import("./check.ts");
  return await checkNested(host, concerned, purpose);
}

/**
 * The paths of {@link Nested.hidden} below a folder that is to be copied or packed, relative to it: they stay behind, as they are not
 * for whoever gets the copy. Throws as {@link nestedProjects}.
 */
export async function hiddenBelow(host: Host, root: string): Promise<readonly string[]> {
  const { byRoot } = await nestedProjects(host, [root], root, {
    act: `copy ${shellQuote(root)}`,
    harm: "What is kept for that project would be copied along.",
  });
  return (byRoot.get(root)?.hidden ?? []).map((path) => path.slice(root.length + 1));
}
