/**
 * How what a session left is reported.
 *
 * @module
 */

import { BOX_LEVELS, EVERY_LEVEL, setting } from "./declare.ts";
import { choice } from "./types.ts";

/** Settings of the report after a session. */
export const REPORT_SETTINGS = {
  report: setting({
    name: "report",
    aliases: ["box.report"],
    stored: "report.show",
    type: choice(["off", "brief", "full"]),
    default: "brief",
    levels: EVERY_LEVEL,
    meaning:
      "Whether a session ends with a report of what it left that your machine will run. brief: at most 8 lines.",
  }),
  protect: setting({
    name: "report.protect",
    type: choice(["none", "hooks", "all"]),
    default: "none",
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    meaning:
      "Which of the files that your machine runs from the project a box cannot write. hooks: git hooks and configuration, tasks of editors, agents' own settings. all: also build files, package scripts and CI.",
  }),
};
