/**
 * `kanibako crab helper ...`: in a box, and on the host for the box of a project.
 *
 * @module
 */

import type { Group } from "../../command.ts";
import { attach, cleanup, info, list, respawn, stop, wait } from "./life.ts";
import { spawn } from "./spawn.ts";
import { broadcast, log, recv, register, send } from "./talk.ts";
import { diff, land, result } from "./work.ts";

/** The group. */
export const helper: Group = {
  kind: "group",
  brief: "Start helpers of an agent, talk to them, and take over their work",
  commands: {
    spawn,
    list,
    info,
    stop,
    respawn,
    cleanup,
    send,
    broadcast,
    recv,
    wait,
    result,
    diff,
    land,
    log,
    attach,
    register,
  },
  aliases: { ls: "list", inspect: "info", rm: "cleanup" },
  default: "list",
  about: "project",
};
