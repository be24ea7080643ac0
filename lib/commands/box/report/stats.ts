/**
 * `kanibako box stats`.
 *
 * @module
 */

import { type Command, command, optionalWord, toggle } from "../../command.ts";
import { json } from "../../shared_options.ts";

/** Options of `box stats`. */
export interface StatsFlags {
  readonly watch: boolean;
  readonly json: boolean;
}

/** The declaration of `box stats`. */
export const boxStats: Command = command<StatsFlags, [project?: string]>({
  brief: "Show what running boxes use: processor, memory, processes, network, disk",
  description:
    `The processor is in percent of one: two that are fully used are 200%. The network is what came in and went out since
the box began; of a filtered network, of the connections that have ended. The vault is counted with its snapshots.
Where the engine cannot count, the box is asked what its processes use.`,
  flags: {
    watch: toggle("Show it again every two seconds, until Ctrl-C; with --json, one line of JSON each time"),
    json,
  },
  short: { w: "watch" },
  projectOption: true,
  positional: [
    optionalWord("project", "Name or folder of a project [default: every running box]", "project"),
  ],
  suggestFor: ["top"],
  initialise: false,
  examples: [
    ["kanibako box stats", "see what every running box uses"],
    ["kanibako box stats api --watch", "keep an eye on the box of the project api"],
  ],
  load: () => import("./stats_action.ts"),
});
