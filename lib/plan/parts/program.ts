import { BOX_LAUNCHER } from "../../spec/box_paths.ts";
import type { Part } from "./part.ts";

/** This program itself, so that agents can use it inside. */
export const program: Part = {
  name: "program",
  owns: ["/opt/kanibako", BOX_LAUNCHER],
  contribute: ({ program }) => ({ mounts: program }),
};
