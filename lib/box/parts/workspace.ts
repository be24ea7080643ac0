import { GUEST_WORKSPACE } from "../guest.ts";
import { bind, type Part } from "./part.ts";
import type { Mount } from "../spec.ts";

/** The project, and what of it the box must not reach: the state of a standalone project lies inside it. */
export const workspace: Part = {
  name: "workspace",
  contribute: ({ project }) => {
    const mounts: Mount[] = [
      bind(project.path, GUEST_WORKSPACE, "project", { relabel: "private" }),
    ];
    if (project.mode === "standalone" && project.metadata.startsWith(`${project.path}/`)) {
      mounts.push({
        type: "tmpfs",
        destination: `${GUEST_WORKSPACE}/${project.metadata.slice(project.path.length + 1)}`,
        readOnly: true,
        sizeBytes: 4096,
        from: "hides the box's own settings",
      });
    }
    return { mounts };
  },
};
