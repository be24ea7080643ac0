/**
 * A line of the log of a hub, as it is shown.
 *
 * @module
 */

import type { LogEntry } from "../../../hub/log_entry.ts";
import { textOf } from "../../../app/helper/message_text.ts";

/** The line of an entry, such as `03:04:05  [0 → 1]  hi`. One of an unknown type is shown as JSON. */
export function logLine(entry: LogEntry): string {
  const time = typeof entry.ts === "string" ? entry.ts.slice(11, 19) : "--:--:--";
  if (entry.type === "message") {
    const to = entry.to === "all" ? "*" : String(entry.to);
    return `${time}  [${String(entry.from)} → ${to}]  ${textOf(entry.payload)}`;
  }
  if (entry.type !== "control") return JSON.stringify(entry);
  const helper = entry.helper === undefined ? "" : ` helper ${String(entry.helper)}`;
  const more = moreOf(entry);
  return `${time}  [${entry.event}]${helper}${more === "" ? "" : ` (${more})`}`;
}

function moreOf(
  { model, status, error, count, name, new_name: renamed }: Extract<LogEntry, { type: "control" }>,
): string {
  if (model !== undefined) return `model=${model}`;
  if (status !== undefined) return error === undefined ? status : `${status}: ${error}`;
  if (count !== undefined) return `${count} entries`;
  return renamed ?? name ?? "";
}
