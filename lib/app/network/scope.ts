/**
 * Whose network is meant: of a box, of the boxes of a workset, or of all.
 *
 * @module
 */

import { networkRunFile } from "../../config/box_state.ts";
import { levelsBelow } from "../../config/effective.ts";
import { type LevelFile, readLevels } from "../../config/levels.ts";
import { crabSetting, settingsFrom } from "../../config/resolve.ts";
import { asLaunched } from "../../config/under_profile.ts";
import type { Settings } from "../../config/settings.ts";
import { type Host, withConfigNow } from "../../config/system.ts";
import { readCrabFile } from "../../crab/file.ts";
import { readJson } from "../../host/store.ts";
import { NETWORK_RUN_FILE } from "../../net/network_file.ts";
import { rulesIn } from "../../net/written_rules.ts";
import { locateProject } from "../../project/locate.ts";
import { ownAgents } from "../../project/own_agents.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { findWorkset, isDefaultWorkset } from "../../project/workset/find.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { networkRules } from "../../session/network.ts";
import type { NetworkRule } from "../../spec/box_spec.ts";
import { fromPart, type Source, sourceText } from "../../spec/source.ts";
import { chosenTarget, runTarget, targetHost } from "../../../targets/discover.ts";
import { boxScope } from "../config/box_scope.ts";
import type { ConfigScope } from "../config/scope.ts";
import { systemScope } from "../config/system_scope.ts";
import { worksetScope } from "../config/workset_scope.ts";

/** Whose network it is. */
export interface NetworkScope {
  readonly host: Host;
  readonly level: "box" | "workset" | "system";
  /** For people: "box api", "workset client", "the system". */
  readonly title: string;
  /** What names it to a command; empty for the system. */
  readonly name: string;
  readonly config: ConfigScope;
  /** Of a box. */
  readonly project?: Project;
  /** The settings' files from here downwards. */
  readonly levels: (host: Host) => Promise<readonly LevelFile[]>;
}

/** The network of the box of a project, which need not exist yet to be looked at. */
export async function boxNetwork(host: Host, word: string | undefined, cwd: string): Promise<NetworkScope> {
  const project = await locateProject(host, word, cwd);
  const config = boxScope(host, project);
  return {
    host,
    level: "box",
    title: config.place.title,
    name: qualifiedName(project),
    config,
    project,
    levels: (now) => readLevels(now, project),
  };
}

/** The network of the boxes of a workset; of the one around `cwd` when none is named. */
export async function worksetNetwork(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<NetworkScope> {
  const workset = word !== undefined && isDefaultWorkset(word)
    ? undefined
    : await findWorkset(host, word, cwd);
  const config = worksetScope(host, workset);
  return {
    host,
    level: "workset",
    title: config.place.title,
    name: workset?.name ?? "default",
    config,
    levels: (now) => levelsBelow(now, "workset", workset),
  };
}

/** The network of all boxes. */
export function systemNetwork(host: Host): NetworkScope {
  const config = systemScope(host);
  return {
    host,
    level: "system",
    title: config.place.title,
    name: "",
    config,
    levels: (now) => levelsBelow(now, "system"),
  };
}

/** A network as it is. */
export interface NetworkView {
  readonly settings: Settings;
  /** Those that are set, and those of the run that goes on. */
  readonly rules: readonly NetworkRule[];
  /** The run that goes on, as far as is known; its network may be another than the settings say. */
  readonly run: RunRecord | undefined;
  /** What is in effect: the network of the box that runs, else what the settings say. */
  readonly inEffect: { readonly network: Settings["network"]["value"]; readonly from: Source };
}

/** Where a network is from that only the running box has. */
const RUNNING_BOX = fromPart("the running box");

/** The settings and the rules they come to. Throws `bad-rule`, `not-approved`. */
export async function viewNetwork(scope: NetworkScope): Promise<NetworkView> {
  const { host, project } = scope;
  const levels = await scope.levels(await withConfigNow(host));
  const run = project?.exists ? await readRun(project.state) : undefined;
  const own = project ? (await ownAgents(host.dirs, project)).approved : [];
  const target = (run && runTarget(run)) ??
    await chosenTarget(crabSetting(levels, {}).value, targetHost(host.dirs.home), own);
  const crab = target && await readCrabFile(host.system.paths, target.name);
  const settings = asLaunched(settingsFrom(levels, crab, {}));
  const standing = await networkRules({
    host,
    settings,
    agent: target,
    writable: [...project ? [project.path] : [], ...run?.shown ?? []],
    foreign: false,
  });
  return {
    settings,
    rules: [...standing, ...await runRules(project, run)],
    run,
    inEffect: networkInEffect(settings, run),
  };
}

function networkInEffect({ network }: Settings, run: RunRecord | undefined): NetworkView["inEffect"] {
  const running = (["none", "filtered", "open"] as const).find((one) => one === run?.has?.["box.network"]);
  return running === undefined || running === network.value
    ? { network: network.value, from: network.from }
    : { network: running, from: RUNNING_BOX };
}

async function runRules(
  project: Project | undefined,
  run: RunRecord | undefined,
): Promise<readonly NetworkRule[]> {
  const file = project && run && await readJson(networkRunFile(project.state), NETWORK_RUN_FILE);
  if (!file || file.run !== run.run) return [];
  return rulesIn(file.rules).map((rule) => ({
    ...rule,
    from: fromPart(`${sourceText(rule.from)}, this run`),
  }));
}
