/**
 * Whether an agent was replaced on this machine while a box runs it: a box goes on with the program it was shown at its start.
 *
 * @module
 */

import type { AgentProgram, RunRecord } from "../run/record.ts";
import type { AgentInstall } from "../../targets/target.ts";
import type { Session } from "./gather.ts";

/** The program as it is now. */
export function programNow({ binary, version = "" }: AgentInstall): AgentProgram {
  return { path: binary, mark: markOf(binary), version };
}

/** What to say of a run whose agent is not the one that this machine has now; `undefined` where it is. */
export function replacedText(
  { agent, tool }: Pick<Session, "agent" | "tool">,
  { agent: name, program }: Pick<RunRecord, "agent" | "program">,
): string | undefined {
  const found = agent ?? tool;
  if (!program || found?.target.name !== name) return undefined;
  const now = programNow(found.install);
  if (now.path === program.path && now.mark === program.mark) return undefined;
  const versions = program.version !== now.version && program.version !== "" && now.version !== ""
    ? ` (from ${program.version} to ${now.version})`
    : "";
  return `${found.target.displayName} was replaced on this machine${versions} after this box was started, ` +
    "and the box still has the old one.";
}

/** Not by its time of change alone, which a hard link to it moves, too. */
function markOf(path: string): string {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return [mtime?.getTime(), size, ino].join("-");
  } catch {
    return "";
  }
}
