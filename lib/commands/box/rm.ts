/**
 * `kanibako rm`.
 *
 * @module
 */

import { choice, type Command, command, toggle, word } from "../command.ts";

/** Options of `rm`. */
export interface RmFlags {
  readonly purge: boolean;
  readonly force: boolean;
  readonly engine?: "podman" | "docker";
}

/** The declaration of `rm`. */
export const rm: Command = command<RmFlags, [target: string]>({
  brief: "Forget a project; its own folder is never touched",
  description:
    `Without --purge the box's data (its home, its settings) stays, and comes back when the project is made again
in the same folder.`,
  flags: {
    purge: toggle("Delete the box's data too, after asking"),
    force: toggle("Do not ask, and stop the box when it is running"),
    engine: choice(["podman", "docker"], "Use this container engine"),
  },
  short: { f: "force" },
  positional: [word("target", "A project's name or folder")],
  examples: [
    ["kanibako rm old", "forget the project old, keep its data"],
    ["kanibako rm old --purge", "delete its data too"],
  ],
  load: () => import("./rm_action.ts"),
});
