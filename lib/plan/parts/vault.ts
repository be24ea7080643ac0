import { isWithin } from "../../project/layout.ts";
import { BOX_SHARE_RO, BOX_SHARE_RW, BOX_WORKSPACE } from "../../spec/box_paths.ts";
import { fromPart, type Source } from "../../spec/source.ts";
import { bind, type Part, type PlanInput } from "./part.ts";
import { ownFolders } from "./workspace.ts";
import type { Mount } from "../../spec/box_spec.ts";

/**
 * The vault's two folders. The vault itself with its snapshots is hidden where it lies in the workspace, and so is everything
 * that belongs to boxes of projects in the workspace.
 */
export const vault: Part = {
  name: "vault",
  contribute: (input) => {
    const { box, hideVault } = input;
    const mounts: Mount[] = [];
    if (box.vault) {
      mounts.push(
        bind(box.vault.readOnly, BOX_SHARE_RO, fromPart("vault"), {
          readOnly: true,
          relabel: "shared",
        }),
        bind(box.vault.readWrite, BOX_SHARE_RW, fromPart("vault"), { relabel: "shared" }),
      );
    }
    if (hideVault) mounts.push(hidden(`${BOX_WORKSPACE}/vault`, fromPart("hides the vault")));
    for (const place of placesOfNested(input)) {
      mounts.push(hidden(place, fromPart("hides what belongs to a project in this one")));
    }
    return { mounts };
  },
};

function hidden(destination: string, from: Source): Mount {
  return { type: "tmpfs", destination, readOnly: true, sizeBytes: 4096, from };
}

/** Where the box would see what belongs to projects in its workspace, except below other mounts, which cover it. */
function placesOfNested(input: PlanInput): readonly string[] {
  const { box: { workspace }, hideVault, nestedFolders, shared } = input;
  if (!workspace) return [];
  const seenAt = (path: string) => BOX_WORKSPACE + path.slice(workspace.path.length);
  const own = [...ownFolders(input), ...hideVault ? [`${workspace.path}/vault`] : []];
  const covered = [
    ...own.filter((path) => isWithin(path, workspace.path)).map(seenAt),
    ...[...shared.shares, ...shared.caches].map(({ destination }) => destination),
  ];
  const places = nestedFolders.map(seenAt);
  return places.filter((place) =>
    ![...covered, ...places.filter((other) => other !== place)].some((outer) => isWithin(place, outer))
  );
}
