import { isWithin } from "../../project/layout.ts";
import { BOX_WORKSPACE } from "../../spec/box_paths.ts";
import type { Mount } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import { bind, type Part, type PlanInput } from "./part.ts";

/** The workspace, and what of it the box must not reach that way: its own settings, and its home where that lies inside. */
export const workspace: Part = {
  name: "workspace",
  // What is done to a repository is done in the workspace: nothing lies over it.
  owns: [`${BOX_WORKSPACE}/.git`],
  contribute: (input) => {
    const path = input.box.workspace?.path;
    if (path === undefined) return { mounts: [EMPTY] };
    const inside = ownFolders(input).filter((folder) => folder !== path && isWithin(folder, path));
    // What lies in a hidden folder is hidden with it.
    const hidden = inside.filter((folder) =>
      !inside.some((other) => other !== folder && isWithin(folder, other))
    );
    return {
      mounts: [
        bind(path, BOX_WORKSPACE, fromPart("project"), { relabel: "shared" }),
        ...hidden.map((folder): Mount => ({
          type: "tmpfs",
          destination: BOX_WORKSPACE + folder.slice(path.length),
          readOnly: true,
          sizeBytes: 4096,
          from: fromPart("hides the box's own settings and home"),
        })),
      ],
    };
  },
};

/** A box that works in no folder of the host has one in memory. Its user may differ from the one who mounts it. */
const EMPTY: Mount = {
  type: "tmpfs",
  destination: BOX_WORKSPACE,
  readOnly: false,
  mode: 0o1777,
  from: fromPart("no workspace"),
};

/** The folders of a box that it must not reach through its workspace. */
export function ownFolders({ box, metadata }: Pick<PlanInput, "box" | "metadata">): readonly string[] {
  return [...metadata === undefined ? [] : [metadata], box.home];
}
