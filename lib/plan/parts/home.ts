import { BOX_HOME } from "../../spec/box_paths.ts";
import { fromPart } from "../../spec/source.ts";
import { bind, type Part } from "./part.ts";

/** The box's own home, which outlives every container. */
export const home: Part = {
  name: "home",
  contribute: ({ box }) => ({
    mounts: [bind(box.home, BOX_HOME, fromPart("box home"), { relabel: "shared" })],
  }),
};
