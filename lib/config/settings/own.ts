/**
 * What a box gets of the user's own configuration of its agent. Nothing, unless somebody says so: such files may hold keys, and name
 * servers and programs that a box is to know nothing of.
 *
 * @module
 */

import { OWN_PARTS } from "../../spec/own_parts.ts";
import { BOX_LEVELS, setting } from "./declare.ts";
import { choice, flag, list, text } from "./types.ts";

/** Settings of what is the user's own. */
export const OWN_SETTINGS = {
  parts: setting({
    name: "own.parts",
    type: list(choice([...OWN_PARTS, "all"])),
    default: [],
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "The parts of your own configuration of the agent that a box gets a copy of: settings, instructions, skills, commands, agents, plugins, or all. Servers are not among them.",
  }),
  conversations: setting({
    name: "own.conversations",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "Whether a box can read the conversations that the agent has held on this machine in the same project.",
  }),
  mcp: setting({
    name: "mcp.servers",
    type: list(text),
    default: [],
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "The names of MCP servers of your own configuration that a box gets; * stands for all. No others are handed over.",
  }),
  lsp: setting({
    name: "lsp.servers",
    type: list(text),
    default: [],
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "The names of language servers of your own configuration that a box gets; * stands for all. No others are handed over.",
  }),
};
