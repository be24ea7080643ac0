import { BOX_SHARE_RO, BOX_SHARE_RW, BOX_WORKSPACE } from "../../spec/box_paths.ts";
import { fromPart } from "../../spec/source.ts";
import { bind, type Part } from "./part.ts";
import { hiding } from "./nested.ts";
import type { Mount } from "../../spec/box_spec.ts";

/** The vault's two folders. The vault itself with its snapshots is hidden where it lies in the workspace. */
export const vault: Part = {
  name: "vault",
  contribute: ({ box, hideVault }) => {
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
    if (hideVault) mounts.push(hiding(`${BOX_WORKSPACE}/vault`, fromPart("hides the vault")));
    return { mounts };
  },
};
