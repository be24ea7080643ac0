/**
 * What happens at a box's door, as events: the lines of its log, which are few however much a box tries.
 *
 * @module
 */

import type { LogLine } from "../net/log_line.ts";
import type { Run } from "./run.ts";

/** Takes a line that was written to the log. */
export function networkEvents({ host, box }: Run): (line: LogLine) => void {
  return ({ at, run, ...line }) =>
    host.events({
      kind: "network",
      box,
      run,
      atMs: at,
      data: Object.fromEntries(
        Object.entries(line).flatMap(([name, value]) =>
          value === undefined
            ? []
            : [[name, typeof value === "object" ? JSON.stringify(value) : value] as const]
        ),
      ),
    });
}
