/**
 * Whether a running box was shown a folder. What it was shown when it started is fixed: what comes into such a folder later
 * is neither hidden from that box nor kept in its place.
 *
 * @module
 */

import { boxState, launchLock } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { parentOf } from "../host/path.ts";
import { FileLock } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { isWithin } from "../project/layout.ts";
import { aliasesIn } from "../project/nested/aliases.ts";
import { markOf } from "./mounted.ts";
import { readRun } from "./record.ts";

/**
 * Throws `in-reach` when a box runs, or is being started, that was shown the folder. `path` need not exist. `own`: the id of a
 * box that may have it. Looks at one small file for each box that ever ran, and asks the runtimes only when one is in question.
 */
export async function assertOutOfReach(host: Host, path: string, own?: string): Promise<void> {
  const reaching = (await boxesReaching(host, path)).filter((id) => id !== own);
  if (reaching.length === 0) return;
  const { allBoxes } = await import("./find_boxes.ts");
  const { boxes } = await allBoxes(host);
  for (const id of reaching) {
    const runs = boxes.get(id)?.info.running || await FileLock.isHeld(launchLock(boxState(host.dirs, id)));
    if (runs) throw await inReach(host, path, id);
  }
}

async function boxesReaching(host: Host, path: string): Promise<string[]> {
  const ids: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(`${host.dirs.state}/boxes`)) ids.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const paths = aliasesIn()(path);
  const marks = marksFrom(path);
  const found = await Promise.all(ids.map(async (id) => {
    const { shown = [], mounted = {} } = await readRun(boxState(host.dirs, id)) ?? {};
    // What was moved since is shown all the same.
    if (Object.values(mounted).some((mark) => marks.has(mark))) return [id];
    return shown.some((root) => paths.some((one) => isWithin(one, root))) ? [id] : [];
  }));
  return found.flat();
}

/** The marks of a folder and of those above it. */
function marksFrom(path: string): ReadonlySet<string> {
  const marks = new Set<string>();
  for (let at = path; at !== "/"; at = parentOf(at)) {
    const mark = markOf(at);
    if (mark !== undefined) marks.add(mark);
  }
  return marks;
}

async function inReach(host: Host, path: string, id: string): Promise<KanibakoError> {
  const { listProjects } = await import("../project/list.ts");
  const name = (await listProjects(host)).find((one) => one.id === id)?.qualifiedName;
  return new KanibakoError(
    "in-reach",
    `Cannot use ${shellQuote(path)}: the box ${
      name ?? id
    } is running and would see everything that is kept there.`,
    {
      hint: name === undefined
        ? ["See running boxes: kanibako ps", "Stop it and try again."]
        : [`Stop it first: kanibako stop ${shellQuote(name)}`],
    },
  );
}
