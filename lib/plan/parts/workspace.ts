import { BOX_WORKSPACE } from "../../spec/box_paths.ts";
import { fromPart } from "../../spec/source.ts";
import { bind, type Part } from "./part.ts";
import type { Mount } from "../../spec/box_spec.ts";

/** The project, and what of it the box must not reach that way: its own settings, and its home where that lies inside. */
export const workspace: Part = {
  name: "workspace",
  // What the agent does to a repository, it does there: nothing lies over the repository.
  owns: [`${BOX_WORKSPACE}/.git`],
  contribute: ({ project }) => {
    const inside = [project.metadata, project.home].filter((path) => path.startsWith(`${project.path}/`));
    // What lies in a hidden folder is hidden with it.
    const hidden = inside.filter((path) => !inside.some((other) => path.startsWith(`${other}/`)));
    const mounts: Mount[] = hidden.map((path) => ({
      type: "tmpfs",
      destination: `${BOX_WORKSPACE}/${path.slice(project.path.length + 1)}`,
      readOnly: true,
      sizeBytes: 4096,
      from: fromPart("hides the box's own settings and home"),
    }));
    return {
      mounts: [bind(project.path, BOX_WORKSPACE, fromPart("project"), { relabel: "private" }), ...mounts],
    };
  },
};
