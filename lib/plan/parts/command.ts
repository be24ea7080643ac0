import { BOX_ENTER } from "../../spec/box_paths.ts";
import type { Part } from "./part.ts";

/** The command, started by our script; in a tmux session when the box is persistent. */
export const command: Part = {
  name: "command",
  contribute: ({ work, lifetime }) => ({
    command: {
      entrypoint: "/bin/sh",
      args: [BOX_ENTER, lifetime === "persistent" ? "session" : "run", ...work.argv],
    },
  }),
};
