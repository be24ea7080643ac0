/**
 * `kanibako rm`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import { type Command, command, toggle, word } from "../../command.ts";
import { engine, forceAndStop as force, plan } from "../../shared_options.ts";

/** Options of `rm`. */
export interface RmFlags {
  readonly purge: boolean;
  readonly force: boolean;
  readonly plan: boolean;
  readonly engine?: RuntimeKind;
}

/** The declaration of `rm`. */
export const rm: Command = command<RmFlags, [target: string]>({
  brief: "Forget a project without touching its folder",
  description:
    `Without --purge the box's home and settings are kept, and no other project gets them. To use them again, run
kanibako box migrate NAME FOLDER.`,
  flags: {
    purge: toggle("Also delete the box's data, after asking"),
    force,
    plan,
    engine,
  },
  short: { f: "force" },
  positional: [word("target", "Name or folder of a project", "project")],
  examples: [
    ["kanibako rm old", "forget the project old, but keep its data"],
    ["kanibako rm old --purge", "also delete its data"],
  ],
  load: () => import("./rm_action.ts"),
});
