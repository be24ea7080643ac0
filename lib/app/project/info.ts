/**
 * Where a box keeps what, and its state.
 *
 * @module
 */

import { launchLock } from "../../config/box_state.ts";
import { globalCacheRoot } from "../../config/caches.ts";
import { readLevels } from "../../config/levels.ts";
import { crabSetting, settingsFrom } from "../../config/resolve.ts";
import type { Setting, Settings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import { type LoginTrouble, readTrouble } from "../../run/login_trouble.ts";
import { isAttended } from "../../run/attended.ts";
import { type ServiceFailure, serviceFailures } from "../../run/service_failures.ts";
import { portsNow } from "../../run/ports/port_record.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { LABEL_RUN } from "../../runtime/labels.ts";
import type { PortState } from "../../wire/port_messages.ts";
import { allBoxes, type FoundBox } from "../../run/find_boxes.ts";
import { agentScope, findTool } from "../../session/find_agent.ts";
import { type LoginKind, loginUnder } from "../../session/guarding.ts";
import { chosenTarget, runTarget, targetHost } from "../../../targets/discover.ts";
import type { Target } from "../../../targets/target.ts";
import { credentialTime } from "./credential_age.ts";
import type { BoxEnvironment } from "../config/devcontainer.ts";
import { type LastEnd, lastEnd } from "./last_end.ts";

/** An agent, as a box has or would have it. */
export interface BoxAgent {
  /** Its id. */
  readonly name: string;
  readonly title: string;
  /** Absent where its installation does not say it. */
  readonly version?: string;
}

/** A run that goes on. */
export interface BoxSession {
  readonly lifetime: RunRecord["lifetime"];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether somebody's terminal shows it. */
  readonly attended: boolean;
}

/** What is known of a box. */
export interface BoxInfo {
  readonly project: Project;
  readonly image: Settings["image"];
  /** What it has of the environment that its project describes; absent where that describes none. */
  readonly environment: BoxEnvironment | undefined;
  /** The kind of network it is set up for. */
  readonly network: Settings["network"];
  /** The kind of network that its run has which goes on. */
  readonly networkNow: string | undefined;
  /** The agent: of the run that goes on, else the one that a start would run. Absent: none is installed, or a command runs. */
  readonly agent: BoxAgent | undefined;
  /** The run that goes on. */
  readonly session: BoxSession | undefined;
  /** Whether a call is starting the box, or runs it in the foreground. */
  readonly locked: boolean;
  /** Names of the engines that answered; empty: nobody could be asked. */
  readonly engines: readonly string[];
  /** Its container, running or left over. */
  readonly state: FoundBox | undefined;
  /** The published ports of its run that goes on. */
  readonly ports: readonly PortState[];
  /** Services of its latest runs that failed, by name. */
  readonly serviceFailures: Readonly<Record<string, ServiceFailure>>;
  /** Why a login of the box could not be given to this machine. */
  readonly loginTrouble: LoginTrouble | undefined;
  /** How it comes by its login: of its run that goes on, else as the settings say. */
  readonly login: LoginKind;
  /** When the login in the box was last written, in milliseconds since 1970. */
  readonly credentialsMs: number | undefined;
  /** Secrets that it uses without having them, and where: as the settings say. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Keys of the user's ssh agent that it may use, by host: as the settings say. */
  readonly ssh: Readonly<Record<string, string>>;
  /** How its last session ended that outlives its terminal. */
  readonly lastEnd: LastEnd | undefined;
  /** The caches it shares with other boxes; absent of a standalone project, which shares none. */
  readonly shared: { readonly global: string; readonly local: string } | undefined;
}

/**
 * Everything about one box: of the project that `word` or the folder `cwd` means. A folder that is no project yet comes as the
 * project it would become, with `exists: false`.
 */
export async function boxInfo(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<BoxInfo | { readonly project: Project; readonly exists: false }> {
  const project = await locateProject(host, word, cwd);
  if (!project.exists) return { project, exists: false };
  const levels = await readLevels(host, project);
  const [locked, states, credentialsMs, failures, ended] = await Promise.all([
    FileLock.isHeld(launchLock(project.state)),
    allBoxes(host),
    credentialTime(host, project, crabSetting(levels, {}).value),
    serviceFailures(project.state),
    lastEnd(host, project.state, levels),
  ]);
  const settings = settingsFrom(levels, undefined, {});
  const run = await runOf(project.state, states.boxes.get(project.id));
  const agent = await agentOf(host, project, crabSetting(levels, {}), run);
  const local = project.workset
    ? `${project.workset.root}/${host.system.config.values["paths.shared"] ?? "shared"}`
    : host.system.paths.shared;
  return {
    project,
    image: settings.image,
    environment: await (await import("../config/devcontainer.ts")).environmentOf(host, project, levels),
    network: settings.network,
    networkNow: run?.has?.["box.network"],
    agent,
    session: run && {
      lifetime: run.lifetime,
      startedAt: run.startedAt,
      attended: isAttended(project.state),
    },
    locked,
    engines: states.runtimes.map(({ kind }) => kind),
    state: states.boxes.get(project.id),
    ports: run ? await portsNow(project.state, run) : [],
    serviceFailures: failures,
    loginTrouble: await readTrouble(project.state),
    login: await loginOf(host, project, settings, crabSetting(levels, {}).value, run),
    credentialsMs,
    secrets: textsOf(settings.secrets),
    ssh: textsOf(settings.ssh),
    lastEnd: ended,
    shared: project.mode === "standalone" ? undefined : { global: globalCacheRoot(host.system), local },
  };
}

async function loginOf(
  host: Host,
  project: Project,
  settings: Settings,
  crab: string,
  run: RunRecord | undefined,
): Promise<LoginKind> {
  const { home } = host.dirs;
  const { own } = await agentScope(host, project);
  const kind = await loginUnder(settings, project, await chosenTarget(crab, targetHost(home), own), home);
  if (!run || kind === "distinct" || !run.sharedAuth) return kind;
  return run.guarded ? "guarded" : kind === "guarded" ? "shared" : kind;
}

async function agentOf(
  host: Host,
  project: Project,
  crab: Setting<string>,
  run: RunRecord | undefined,
): Promise<BoxAgent | undefined> {
  if (!run) {
    const found = await findTool(host, crab, await agentScope(host, project));
    return found && boxAgent(found.target, found.install.version);
  }
  if (run.agent === "") return undefined;
  try {
    return boxAgent(runTarget(run)!, run.program?.version);
  } catch (error) {
    // Its plugin has gone, or cannot be used any more.
    if (!(error instanceof KanibakoError)) throw error;
    return { name: run.agent, title: run.agent };
  }
}

function boxAgent({ name, displayName }: Target, version: string | undefined): BoxAgent {
  return { name, title: displayName, ...(version ? { version } : {}) };
}

/** What is recorded of the run of a box that runs. */
async function runOf(state: string, box: FoundBox | undefined): Promise<RunRecord | undefined> {
  const run = box?.info.running ? await readRun(state) : undefined;
  return run && run.run === box?.info.labels[LABEL_RUN] ? run : undefined;
}

/** Entries that say something: an empty one takes away what another level says. */
function textsOf(entries: Readonly<Record<string, { readonly value: string }>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, { value }]) => value.trim() === "" ? [] : [[name, value]]),
  );
}
