/**
 * Rules that change while boxes run: the files of all boxes that the change may be about are written again. Their doors read them when
 * they change.
 *
 * @module
 */

import { boxState, networkFile } from "../../config/box_state.ts";
import type { BoxPlace } from "../../config/box_files.ts";
import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import { type Host, withConfigNow } from "../../config/system.ts";
import { readCrabFile } from "../../crab/file.ts";
import { KanibakoError } from "../../host/error.ts";
import { NETWORK_FILE, type NetworkFile } from "../../net/network_file.ts";
import { readsRequests } from "../../net/rule.ts";
import { readJson } from "../../host/store.ts";
import { AGENT } from "../../net/presets/agent.ts";
import { rulesIn } from "../../net/written_rules.ts";
import { listProjects } from "../../project/list.ts";
import { locateProject } from "../../project/locate.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { runtimeOf } from "../../run/run.ts";
import { foreignOwner, withoutRoots } from "../../session/foreign.ts";
import { networkRules } from "../../session/network.ts";
import { writeNetwork } from "../../session/network_files.ts";
import type { NetworkRule } from "../../spec/box_spec.ts";
import { warning } from "../../spec/ui.ts";
import { runTarget } from "../../../targets/discover.ts";

/** What came of it. */
export interface Refreshed {
  /** Names of running boxes whose rules are others now. */
  readonly changed: readonly string[];
  /** Those of them that do not trust the certificates which rules on methods and paths take: they were started without such a rule. */
  readonly untrusting: readonly string[];
}

/**
 * Writes the rules of every running box with a filtered network again. One whose settings cannot be used keeps the rules that it has,
 * which is noted.
 */
export async function refreshNetworks(host: Host): Promise<Refreshed> {
  const changed: string[] = [];
  const untrusting: string[] = [];
  const runs = await filteredRuns(host);
  if (runs.length === 0) return { changed, untrusting };
  const known = new Map((await listProjects(host)).map((project) => [project.id, project]));
  for (const { id, record } of runs) {
    const project = known.get(id);
    const name = project?.qualifiedName ?? id;
    try {
      const place = project?.path === undefined
        ? scratchPlace(host, id, record)
        : await locateProject(host, project.path);
      if (!place || !await refreshed(host, id, record, place)) continue;
      changed.push(name);
      const file = await readJson(networkFile(boxState(host.dirs, id)), NETWORK_FILE);
      if (file && !file.agents && file.rules.some(({ text }) => readsRequests(text))) untrusting.push(name);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      warning(host.ui, "hint", { text: `The running box ${name} keeps the rules it has. ${error.message}` });
    }
  }
  return { changed, untrusting };
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
  const target = runTarget(record);
  const runtime = await runtimeOf(host, record);
  const foreign = runtime !== undefined && foreignOwner(runtime, place.path) !== undefined;
  return await writeNetwork(state, async (before) => {
    const [levels, crab] = await Promise.all([
      // What changed may be the system's file, which was read when this call began.
      readLevels(await withConfigNow(host), place),
      target ? readCrabFile(host.system.paths, target.name) : undefined,
    ]);
    const all = settingsFrom(levels, crab, {});
    const settings = foreign ? withoutRoots(all).settings : all;
    const rules = await networkRules({
      host,
      settings,
      agent: target,
      writable: [place.path, ...record.shown ?? []],
      foreign,
    });
    return {
      rules: before ? withAgentOf(before, rules) : rules,
      settings,
      // As it was when the box was started: this call may come from another terminal.
      proxy: before?.proxy ?? {},
    };
  });
}
