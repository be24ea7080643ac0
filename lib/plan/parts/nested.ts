/**
 * Other projects in what a box is shown: what is theirs is covered, and their folders are held in their place. A folder at
 * which something is mounted cannot be renamed, removed or replaced by the box that has the mount. So each project's folder
 * and those above it are mounted once more, onto themselves; what is covered stays covered, whatever the box does.
 *
 * @module
 */

import { isWithin } from "../../project/layout.ts";
import { BOX_WORKSPACE } from "../../spec/box_paths.ts";
import type { BindMount, Mount } from "../../spec/box_spec.ts";
import { fromPart, type Source } from "../../spec/source.ts";
import { bind, type Part, type PlanInput } from "./part.ts";
import { ownFolders } from "./workspace.ts";

/** The projects in the workspace. */
export const nested: Part = {
  name: "nested projects",
  contribute: (input) => {
    const { box: { workspace }, hideVault, shared } = input;
    if (!workspace) return {};
    const own = [...ownFolders(input), ...hideVault ? [`${workspace.path}/vault`] : []];
    const covered = [
      ...own.filter((path) => isWithin(path, workspace.path))
        .map((path) => BOX_WORKSPACE + path.slice(workspace.path.length)),
      ...[...shared.shares, ...shared.caches].map(({ destination }) => destination),
    ];
    const shown = {
      source: workspace.path,
      destination: BOX_WORKSPACE,
      readOnly: workspace.readOnly === true,
    };
    return { mounts: mountsFor(input, shown, covered) };
  },
};

/** These mounts, with what the projects in them need. */
export function withNested(input: PlanInput, mounts: readonly BindMount[]): readonly Mount[] {
  const { shares, caches } = input.shared;
  return mounts.flatMap((mount) => {
    const others = [...shares, ...caches].filter((other) => other !== mount)
      .map(({ destination }) => destination)
      .filter((destination) => isWithin(destination, mount.destination));
    return [mount, ...mountsFor(input, mount, others)];
  });
}

/** Something empty over a folder. */
export function hiding(destination: string, from: Source): Mount {
  return { type: "tmpfs", destination, readOnly: true, sizeBytes: 4096, from };
}

type Shown = Pick<BindMount, "source" | "destination" | "readOnly">;

/** `covered`: places in the box at which something else is mounted. */
function mountsFor({ nested }: PlanInput, shown: Shown, covered: readonly string[]): readonly Mount[] {
  const found = nested.get(shown.source);
  if (!found) return [];
  const seenAt = (path: string) => shown.destination + path.slice(shown.source.length);
  const isIn = (place: string, outer: readonly string[]) => outer.some((one) => isWithin(place, one));
  const hidden = found.hidden.map(seenAt);
  const hides = hidden.filter((place) =>
    !isIn(place, [...covered, ...hidden.filter((one) => one !== place)])
  );
  // What is only read stays where it is.
  const keeps = shown.readOnly
    ? []
    : found.kept.filter((path) => !isIn(seenAt(path), [...covered, ...hidden]));
  return [
    ...keeps.map((path) => bind(path, seenAt(path), fromPart("keeps a project in this one in its place"))),
    ...hides.map((place) => hiding(place, fromPart("hides what belongs to a project in this one"))),
  ];
}
