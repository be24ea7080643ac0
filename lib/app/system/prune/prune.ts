/**
 * Frees what nobody uses. Nothing of a box that exists goes: no home, no vault, no setting, no login.
 *
 * @module
 */

import { boxState, launchLock, runsFolder } from "../../../config/box_state.ts";
import type { Host } from "../../../config/system.ts";
import { Aborted, KanibakoError } from "../../../host/error.ts";
import { isFolder } from "../../../host/path.ts";
import { formatBytes } from "../../../host/size.ts";
import { FileLock } from "../../../host/store.ts";
import { diskUse } from "../../../host/tree/disk_use.ts";
import { count } from "../../../host/ui/text.ts";
import { listAll, listProjects } from "../../../project/list.ts";
import { type AllBoxes, allBoxes, noteSilent } from "../../../run/find_boxes.ts";
import { readRun } from "../../../run/record.ts";
import { sweepRuns } from "../../../run/sweep.ts";
import { directorOf } from "../../../hub/folders.ts";
import { directors, helperPlaces } from "../../../hub/left.ts";
import { stopBox } from "../../../session/stop.ts";
import { failure } from "../../../spec/ui.ts";
import { boxTreeRemover } from "../../project/remove_as_box_user.ts";
import { unusedPrograms } from "./programs.ts";
import { unusedEnvironments } from "./environments.ts";
import { unusedOfRigs } from "./rigs.ts";
import { PATIENCE_MS, type Unused, YOUNG_MS } from "./unused.ts";

/** Most things that the question names. */
const NAMED = 20;

/** How to prune. */
export interface PruneOptions {
  /** Only look. */
  readonly plan?: boolean;
  /** Do not ask. */
  readonly force?: boolean;
}

/** What was found, and what became of it. */
export interface Pruned {
  readonly found: readonly Unused[];
  /** Those that were removed; empty with `plan`. */
  readonly removed: readonly Unused[];
  /** Boxes of forgotten projects whose data is still there: it is for `rm --purge` to delete. */
  readonly leftOver: readonly string[];
}

/** Finds what nobody uses, asks, and removes it. Throws {@link Aborted} for a no. What cannot be removed is noted, and stays. */
export async function prune(host: Host, { plan = false, force = false }: PruneOptions = {}): Promise<Pruned> {
  const [found, projects] = [await findUnused(host), await listProjects(host)];
  const leftOver = projects.filter(({ status }) => status === "left-over").map((project) =>
    project.qualifiedName
  );
  if (plan || found.length === 0) return { found, removed: [], leftOver };
  if (!force) {
    const sure = await host.ui.confirm({
      text: `Remove ${count(found.length, "thing")} that nobody uses, ${formatBytes(bytesOf(found))}?`,
      details: [
        ...found.slice(0, NAMED).map(({ kind, name }) => `  ${kind} ${name}`),
        ...(found.length > NAMED ? [`  and ${found.length - NAMED} more`] : []),
      ],
    });
    if (!sure) throw new Aborted();
  }
  const removed: Unused[] = [];
  for (const one of found) {
    try {
      await one.remove();
      removed.push(one);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      failure(host.ui, error);
    }
  }
  return { found, removed, leftOver };
}

/** What they take together, as far as it is known. */
export function bytesOf(unused: readonly Unused[]): number {
  return unused.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}

async function findUnused(host: Host): Promise<readonly Unused[]> {
  const known = await allBoxes(host);
  noteSilent(host, known);
  return [
    ...await leftContainers(host, known),
    ...await endedRuns(host),
    ...await leftHelpers(host, known),
    ...await unusedOfRigs(host.dirs, known.runtimes),
    ...await unusedEnvironments(host, known.runtimes),
    ...await unusedPrograms({ cache: host.dirs.cache }),
  ];
}

async function leftContainers(host: Host, { boxes }: AllBoxes): Promise<Unused[]> {
  const left: Unused[] = [];
  for (const box of boxes.values()) {
    // One that is being started is not running yet.
    if (box.info.running || await FileLock.isHeld(launchLock(boxState(host.dirs, box.id)))) continue;
    left.push({ kind: "container", name: box.info.name, remove: async () => void await stopBox(host, box) });
  }
  return left;
}

/** What runs left in their folders. One that goes on, or may be about to, is not touched: see `sweep.ts`. */
async function endedRuns(host: Host): Promise<Unused[]> {
  const states = `${host.dirs.state}/boxes`;
  if (!isFolder(states)) return [];
  const found: Unused[] = [];
  for (const { name: id } of Deno.readDirSync(states)) {
    const state = `${states}/${id}`;
    const recorded = (await readRun(state))?.run;
    const bytes = ended(state, recorded).reduce(
      (sum, path) => sum + (diskUse(path, PATIENCE_MS)?.bytes ?? 0),
      0,
    );
    if (bytes === 0 || await FileLock.isHeld(launchLock(state))) continue;
    found.push({ kind: "run", name: id, bytes, remove: () => removeRuns(id, state) });
  }
  return found;
}

/** By now the box may be starting, which can take long: nothing of a run shows that yet. */
async function removeRuns(id: string, state: string): Promise<void> {
  using lock = await FileLock.tryAcquire(launchLock(state));
  if (!lock) {
    throw new KanibakoError("busy", `Cannot remove what runs of ${id} left: the box is being started.`);
  }
  await sweepRuns(state, (await readRun(state))?.run);
}

function ended(state: string, recorded: string | undefined): string[] {
  const runs = runsFolder(state);
  if (!isFolder(runs)) return [];
  return [...Deno.readDirSync(runs)].map(({ name }) => name).filter((name) => name !== recorded)
    .map((name) => `${runs}/${name}`)
    .filter((path) => Date.now() - (Deno.lstatSync(path).mtime?.getTime() ?? Date.now()) > YOUNG_MS);
}

/** Helpers of projects that are not known any more, not even as forgotten ones. */
async function leftHelpers(host: Host, { boxes }: AllBoxes): Promise<Unused[]> {
  const left = directors(host.dirs);
  if (left.length === 0) return [];
  const { projects, worksets } = await listAll(host);
  const known = new Set(projects.map(({ id }) => id));
  // Nobody knows what a damaged workset has.
  const isDamaged = worksets.some(({ error }) => error);
  const running = new Set([...boxes.keys()].flatMap((id) => [id, directorOf(id) ?? id]));
  const remove = boxTreeRemover(host);
  const gone = (id: string) =>
    !known.has(id) && !running.has(id) && !(isDamaged && id.startsWith("kanibako-ws-"));
  return left.filter(gone).map((id) => {
    const places = helperPlaces(host.dirs, id);
    return {
      kind: "helpers",
      name: id,
      bytes: places.reduce((sum, path) => sum + (diskUse(path, PATIENCE_MS)?.bytes ?? 0), 0),
      remove: async () => {
        for (const path of places) await remove(path);
      },
    };
  });
}
