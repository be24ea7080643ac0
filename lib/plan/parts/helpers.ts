import { groupFolders, helperFolders } from "../../hub/folders.ts";
import { BOX_HELPERS, BOX_HOME, BOX_SHARE_RO, BOX_SHARE_RW } from "../../spec/box_paths.ts";
import type { Mount } from "../../spec/box_spec.ts";
import { fromPart, type Source } from "../../spec/source.ts";
import { bind, type Part } from "./part.ts";

/** The folders of the helpers that the box may start, what a helper has itself, and the hub, which is a service of a director's run. */
export const helpers: Part = {
  name: "helpers",
  contribute: ({ helpers }) => {
    if (!helpers) return {};
    const { own, self, hub } = helpers;
    return {
      mounts: [
        ...own ? group(own, BOX_HELPERS, "director", fromPart("its helpers")) : [],
        ...self ? helper(self, fromPart("its parent")) : [],
      ],
      services: [
        ...hub ? [{ name: "hub", options: hub }] : [],
        ...self?.endsWith === undefined ? [] : [{ name: "leash", options: { director: self.endsWith } }],
      ],
    };
  },
};

/** Everything of a group can be read, and what a box may write of it is mounted over that. */
function group(
  { root, number }: { readonly root: string; readonly number: number },
  at: string,
  who: "director" | "helper",
  from: Source,
): Mount[] {
  const folders = groupFolders(root);
  const place = (path: string) => at + path.slice(root.length);
  const writable = [
    ...who === "director" ? [folders.all.readOnly] : [],
    folders.all.readWrite,
    folders.from(number),
    folders.both,
  ];
  const shown = who === "director" ? [root] : [folders.all.root, folders.channels];
  return [
    ...shown.map((path) => bind(path, place(path), from, { readOnly: true, relabel: "shared" })),
    ...writable.map((path) => bind(path, place(path), from, { relabel: "shared" })),
  ];
}

function helper(
  { root, number }: { readonly root: string; readonly number: number },
  from: Source,
): Mount[] {
  const { peers, spawn, scripts, vaultReadOnly, vaultReadWrite } = helperFolders(root, number);
  return [
    ...group({ root, number }, BOX_HOME, "helper", from),
    bind(peers, `${BOX_HOME}/peers`, from, { readOnly: true, relabel: "shared" }),
    bind(spawn, `${BOX_HOME}/spawn.toml`, from, { readOnly: true, relabel: "shared" }),
    bind(scripts, `${BOX_HOME}/playbook/scripts`, from, { relabel: "shared" }),
    bind(vaultReadOnly, BOX_SHARE_RO, from, { readOnly: true, relabel: "shared" }),
    bind(vaultReadWrite, BOX_SHARE_RW, from, { relabel: "shared" }),
  ];
}
