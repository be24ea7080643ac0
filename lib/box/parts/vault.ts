import { GUEST_SHARE_RO, GUEST_SHARE_RW, GUEST_WORKSPACE } from "../guest.ts";
import { bind, type Part } from "./part.ts";
import type { Mount } from "../spec.ts";

/** The vault's two folders; the vault itself, with its snapshots, is hidden where it lies in the workspace. */
export const vault: Part = {
  name: "vault",
  contribute: ({ project, hideVault }) => {
    const mounts: Mount[] = [];
    if (project.vault) {
      mounts.push(
        bind(project.vault.readOnly, GUEST_SHARE_RO, "vault", { readOnly: true, relabel: "private" }),
        bind(project.vault.readWrite, GUEST_SHARE_RW, "vault", { relabel: "private" }),
      );
    }
    if (hideVault) {
      mounts.push({
        type: "tmpfs",
        destination: `${GUEST_WORKSPACE}/vault`,
        readOnly: true,
        sizeBytes: 4096,
        from: "hides the vault",
      });
    }
    return { mounts };
  },
};
