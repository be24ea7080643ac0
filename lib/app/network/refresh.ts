/**
 * Rules that change while boxes run: the files of all boxes that the change may be about are written again. Their doors read them when
 * they change.
 *
 * @module
 */

import { boxState, networkFile, networkLock } from "../../config/box_state.ts";
import type { BoxPlace } from "../../config/box_files.ts";
import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import { type Host, withConfigNow } from "../../config/system.ts";
import { readCrabFile } from "../../crab/file.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock, readJson } from "../../host/store.ts";
import { NETWORK_FILE, type NetworkFile } from "../../net/network_file.ts";
import { AGENT } from "../../net/presets/all.ts";
import { rulesIn } from "../../net/written_rules.ts";
import { listProjects } from "../../project/list.ts";
import { locateProject } from "../../project/locate.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { runtimeOf } from "../../run/run.ts";
import { foreignOwner, withoutRoots } from "../../session/foreign.ts";
import { networkRules, writeNetwork } from "../../session/network.ts";
import type { NetworkRule } from "../../spec/box_spec.ts";
import { warning } from "../../spec/ui.ts";
import { findTarget } from "../../../targets/discover.ts";

/** What came of it. */
export interface Refreshed {
  /** Names of running boxes whose rules are others now. */
  readonly changed: readonly string[];
}

/**
 * Writes the rules of every running box with a filtered network again. One whose settings cannot be used keeps the rules that it has,
 * which is noted.
 */
export async function refreshNetworks(opened: Host): Promise<Refreshed> {
  const changed: string[] = [];
  const runs = await filteredRuns(opened);
  if (runs.length === 0) return { changed };
  const host = await withConfigNow(opened);
  const known = new Map((await listProjects(host)).map((project) => [project.id, project]));
  for (const { id, record } of runs) {
    const project = known.get(id);
    const name = project?.qualifiedName ?? id;
    try {
      const place = project?.path === undefined
        ? scratchPlace(host, id, record)
        : await locateProject(host, project.path);
      if (place && await refreshed(host, id, record, place)) changed.push(name);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      warning(host.ui, "hint", { text: `The running box ${name} keeps the rules it has. ${error.message}` });
    }
  }
  return { changed };
}

async function filteredRuns(host: Host): Promise<{ id: string; record: RunRecord }[]> {
  let ids: string[];
  try {
    ids = [...Deno.readDirSync(`${host.dirs.state}/boxes`)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
  const runs = await Promise.all(ids.map(async (id) => {
    const record = await readRun(boxState(host.dirs, id));
    return record?.has?.["box.network"] === "filtered" ? [{ id, record }] : [];
  }));
  return runs.flat();
}

/** A box without a project has the settings of all boxes. */
function scratchPlace(host: Host, id: string, { shown = [] }: RunRecord): BoxPlace | undefined {
  const [path] = shown;
  return path === undefined
    ? undefined
    : { mode: "default", path, metadata: `${host.dirs.data}/scratch/${id}` };
}

/** What the agent needs follows from how the box was started, its variables too. */
function withAgentOf(before: NetworkFile, rules: readonly NetworkRule[]): readonly NetworkRule[] {
  const isOfAgent = ({ preset, text }: NetworkRule) => preset === AGENT && !text.startsWith("!");
  return [...rulesIn(before.rules).filter(isOfAgent), ...rules.filter((rule) => !isOfAgent(rule))];
}

/** Writes one box's rules again; whether they are others. */
async function refreshed(host: Host, id: string, record: RunRecord, place: BoxPlace): Promise<boolean> {
  const state = boxState(host.dirs, id);
  const target = record.agent === "" ? undefined : findTarget(record.agent);
  const [levels, crab, runtime] = await Promise.all([
    readLevels(host, place),
    target ? readCrabFile(host.system.paths, target.name) : undefined,
    runtimeOf(host, record),
  ]);
  const foreign = runtime !== undefined && foreignOwner(runtime, place.path) !== undefined;
  const all = settingsFrom(levels, crab, {});
  const settings = foreign ? withoutRoots(all).settings : all;
  const rules = await networkRules({
    host,
    settings,
    agent: target,
    writable: [place.path, ...record.shown ?? []],
    foreign,
  });
  using _lock = await FileLock.acquire(networkLock(state));
  const before = await readJson(networkFile(state), NETWORK_FILE).catch(() => undefined);
  // The way out of this machine is what it was when the box was started: this call may come from another terminal.
  await writeNetwork(state, before ? withAgentOf(before, rules) : rules, settings, before?.proxy ?? {});
  const after = await readJson(networkFile(state), NETWORK_FILE);
  return JSON.stringify(before) !== JSON.stringify(after);
}
