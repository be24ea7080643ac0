import { isWithin } from "../../project/layout.ts";
import { BOX_WORKSPACE } from "../../spec/box_paths.ts";
import type { Mount } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import { protectedMounts } from "./protected.ts";
import { bind, type Part, type PlanInput } from "./part.ts";

/** The workspace, without the box's own settings and home where these lie inside. */
export const workspace: Part = {
  name: "workspace",
  // Nothing may be mounted over the repository.
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
        bind(path, BOX_WORKSPACE, fromPart("project"), {
          relabel: "shared",
          readOnly: input.box.workspace?.readOnly === true,
        }),
        ...hidden.map((folder): Mount => ({
          type: "tmpfs",
          destination: BOX_WORKSPACE + folder.slice(path.length),
          readOnly: true,
          sizeBytes: 4096,
          from: fromPart("hides the box's own settings and home"),
        })),
        ...(input.git?.kept ?? []).map((folder) =>
          bind(`${path}/${folder}`, `${BOX_WORKSPACE}/${folder}`, fromPart("keeps git data in its place"))
        ),
        ...input.protection ? protectedMounts(input.protection, coveredPlaces(input, path)) : [],
      ],
    };
  },
};

/** Where something else than the workspace's own files is seen in it. */
function coveredPlaces(input: PlanInput, path: string): readonly string[] {
  const { hideVault, shared, nested } = input;
  const hidden = [
    ...ownFolders(input).filter((folder) => folder !== path && isWithin(folder, path)),
    ...nested.get(path)?.hidden ?? [],
  ];
  return [
    ...hidden.map((folder) => BOX_WORKSPACE + folder.slice(path.length)),
    ...hideVault ? [`${BOX_WORKSPACE}/vault`] : [],
    ...[...shared.shares, ...shared.caches].map(({ destination }) => destination),
  ];
}

/** The workspace of a box that has no folder on the host. Writable for every user: the engine mounts it as root. */
const EMPTY: Mount = {
  type: "tmpfs",
  destination: BOX_WORKSPACE,
  readOnly: false,
  mode: 0o1777,
  from: fromPart("no workspace"),
};

/** The folders of a box that must not be visible in its workspace. */
export function ownFolders(
  { box, metadata, hides = [] }: Pick<PlanInput, "box" | "metadata" | "hides">,
): readonly string[] {
  return [...metadata === undefined ? [] : [metadata], box.home, ...hides];
}
