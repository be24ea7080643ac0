/**
 * `kanibako mcp`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";
import { project, type WhoseFlags } from "../crab/helper/options.ts";

/** The declaration. */
export const mcp: Command = command<WhoseFlags>({
  brief: "Serve the commands of helpers to an agent, as tools of MCP",
  description:
    `It speaks the Model Context Protocol on standard input and output. An agent starts it itself, once it is configured
with the command: kanibako mcp`,
  flags: { project },
  short: { p: "project" },
  positional: [],
  initialise: false,
  examples: [["claude mcp add kanibako -- kanibako mcp", "in a box: give Claude Code the tools"]],
  load: () => import("./mcp_action.ts"),
});
