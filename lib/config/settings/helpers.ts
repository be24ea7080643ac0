/**
 * Whether an agent may start helpers, which are boxes of their own, and how much all of them together may take.
 *
 * @module
 */

import { BOX_LEVELS, setting } from "./declare.ts";
import { bytes, cpus, duration, flag, integer, list, text } from "./types.ts";

/** Settings of helpers. What is set when the box starts applies to all of its helpers, and theirs. */
export const HELPER_SETTINGS = {
  allowHelpers: setting({
    name: "allow_helpers",
    aliases: ["box.allow_helpers"],
    inverted: ["helpers_disabled"],
    type: flag,
    default: true,
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      toggles: { noHelpers: { value: false, brief: "Do not let the box start helpers" } },
    },
    meaning:
      "Whether programs in the box may start helpers: boxes of their own that have no more than it has.",
  }),
  spawnDepth: setting({
    name: "spawn.depth",
    type: integer(-1, 64),
    default: 4,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: "How many levels of helpers there may be below the box; 0: none, -1: no limit.",
  }),
  spawnBreadth: setting({
    name: "spawn.breadth",
    type: integer(-1, 1024),
    default: 4,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: "How many helpers the box, and each of its helpers, may have of its own; -1: no limit.",
  }),
  spawnTotal: setting({
    name: "spawn.total",
    type: integer(-1, 4096),
    default: 64,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "How many helpers there may be, of all levels, those that have ended included until they are cleaned up; -1: no limit.",
  }),
  spawnRate: setting({
    name: "spawn.rate",
    type: integer(-1, 6000),
    default: 30,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: "How many helpers may be started in a minute; -1: no limit.",
  }),
  spawnMemory: setting({
    name: "spawn.memory",
    type: bytes,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: 'The maximum memory of all running helpers together, such as 16g. "none": no limit.',
  }),
  spawnCpus: setting({
    name: "spawn.cpus",
    type: cpus,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: 'The maximum number of processors of all running helpers together, such as 4. "none": no limit.',
  }),
  spawnImages: setting({
    name: "spawn.images",
    type: list(text),
    default: ["*"],
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "The rigs and images that helpers may ask for beside that of the box; * stands for all that this machine has.",
  }),
  spawnTime: setting({
    name: "spawn.time",
    type: duration,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: 'How long each helper may run before it is stopped, such as 2h. "none": as long as the box.',
  }),
  spawnGuide: setting({
    name: "spawn.guide",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning: "Whether the agent in the box gets a short page on helpers among its skills.",
  }),
};
