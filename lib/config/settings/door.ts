/**
 * How what a filtered network lets out goes out: certificates, limits, and what happens to names that no rule is about. All of it
 * can change while a box runs.
 *
 * @module
 */

import { BOX_LEVELS, setting } from "./declare.ts";
import { choice, folder, integer, list, size } from "./types.ts";

/** Settings of a filtered network's way out. */
export const DOOR_SETTINGS = {
  ca: setting({
    name: "network.ca",
    type: list(folder),
    default: [],
    levels: BOX_LEVELS,
    safety: true,
    meaning:
      "Files with certificates (PEM) that are trusted beside the usual ones where this program itself speaks TLS for a filtered network, as with a proxy at an https address.",
  }),
  connections: setting({
    name: "network.limit.connections",
    type: integer(1, 10_000),
    default: 2048,
    levels: BOX_LEVELS,
    safety: true,
    meaning: "The maximum number of connections of a filtered network at once. One more is refused.",
  }),
  rate: setting({
    name: "network.limit.rate",
    type: integer(1, 10_000),
    default: 1000,
    levels: BOX_LEVELS,
    safety: true,
    meaning: "The maximum number of new connections of a filtered network a second. Further ones wait.",
  }),
  bytesPerSecond: setting({
    name: "network.limit.bytes_per_second",
    type: size(1024),
    levels: BOX_LEVELS,
    safety: true,
    meaning:
      'The maximum number of bytes a second through a filtered network, both ways together, such as 20m. "none": no limit.',
  }),
  bytes: setting({
    name: "network.limit.bytes",
    type: size(1024),
    levels: BOX_LEVELS,
    safety: true,
    meaning:
      'The maximum number of bytes of a session through a filtered network, both ways together, such as 10g. Then nothing goes out any more. "none": no limit.',
  }),
  ask: setting({
    name: "network.ask",
    type: choice(["auto", "on", "off"]),
    default: "auto",
    levels: BOX_LEVELS,
    safety: true,
    meaning:
      "Whether a name that no rule is about waits for your answer. auto: where a terminal is connected to the box. off: it is refused at once.",
  }),
  wait: setting({
    name: "network.wait",
    type: integer(1, 600),
    default: 60,
    levels: BOX_LEVELS,
    meaning: "For how many seconds such a name waits.",
  }),
};
