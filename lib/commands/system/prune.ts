/**
 * `kanibako system prune`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";
import { force, json, plan } from "../shared_options.ts";

/** Options of `system prune`. */
export interface PruneFlags {
  readonly plan: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** The declaration of `system prune`. */
export const systemPrune: Command = command<PruneFlags>({
  brief: "Free disk space that nobody uses",
  description:
    `Removes containers of boxes that have ended, what ended runs left on this machine, images of rigs that a newer
build has replaced, what builds of rigs that did not end left, images that were built for devcontainer.json files of
projects that are gone, and unpacked versions of this program that no process uses. Nothing of a box that exists goes:
no home, vault, setting or login. Data of forgotten projects is named, and stays.`,
  flags: { plan, force, json: { ...json, brief: "Print JSON; together with --plan or --force" } },
  exclusive: [["plan", "force"]],
  suggestFor: ["clean", "gc"],
  initialise: false,
  examples: [
    ["kanibako system prune --plan", "see what would go, and how much it takes"],
    ["kanibako system prune", "remove it, after asking"],
  ],
  load: () => import("./prune_action.ts"),
});
