/**
 * `kanibako rm`.
 *
 * @module
 */

import { choice, type Command, command, toggle, word } from "../../command.ts";

/** Options of `rm`. */
export interface RmFlags {
  readonly purge: boolean;
  readonly force: boolean;
  readonly plan: boolean;
  readonly engine?: "podman" | "docker";
}

/** The declaration of `rm`. */
export const rm: Command = command<RmFlags, [target: string]>({
  brief: "Forget a project; its own folder is never touched",
  description:
    `Without --purge the box's data (its home, its settings) stays, and is never given to another project. It is taken
up again with: kanibako box migrate NAME FOLDER`,
  flags: {
    purge: toggle("Delete the box's data too, after asking"),
    force: toggle("Do not ask, and stop the box when it is running"),
    plan: toggle("Show what would be done, and do nothing"),
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
