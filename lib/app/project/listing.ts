/**
 * All projects, joined with what the engines report of their boxes.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { untakenBoxes } from "../../project/earlier/untaken.ts";
import { type KnownProject, listAll } from "../../project/list.ts";
import type { Workset } from "../../project/membership/members.ts";
import { isAttended } from "../../run/attended.ts";
import { isFile } from "../../host/path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { portsNow } from "../../run/ports/port_record.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { type AllBoxes, askForBoxes, type FoundBox, noteSilent } from "../../run/find_boxes.ts";
import { directorOf } from "../../hub/folders.ts";
import { endOrphans } from "../helper/orphans.ts";
import { FORGOTTEN } from "../../run/forgotten.ts";
import { reviveSupervisors } from "../../run/start_supervisor.ts";
import { boxState } from "../../config/box_state.ts";
import { LABEL_AGENT, LABEL_RUN } from "../../runtime/labels.ts";
import { info, warning } from "../../spec/ui.ts";
import type { PortState } from "../../wire/port_messages.ts";

/**
 * How a box is. `stopping`: somebody stops it. `broken`: its monitor was killed meanwhile, so its end would not be seen. `unknown`:
 * there is no engine to ask, or the one it was started with does not answer. `missing`: its folder is gone. `no-data`: its data is
 * gone. `left-over`: data whose project was forgotten.
 */
export type BoxStatus =
  | "active"
  | "stopping"
  | "broken"
  | "stopped"
  | "unknown"
  | "missing"
  | "no-data"
  | "left-over";

/** A project and the state of its box. */
export interface ListedBox {
  readonly project: KnownProject;
  readonly status: BoxStatus;
  /** Whether its processes stand still until it is resumed. */
  readonly paused: boolean;
  /** The agent that it runs, by its id; absent of a box that does not run or runs something else. */
  readonly agent: string | undefined;
  /** The kind of network that it runs with, where that is known. */
  readonly network: string | undefined;
  /** Whether somebody's terminal shows it; absent of a box that does not run. */
  readonly attended: boolean | undefined;
  /** The name of its container, running or left over. */
  readonly container: string | undefined;
  /** The name of the engine that has the container. */
  readonly engine: string | undefined;
  /** When the recorded run began, in milliseconds since 1970; absent of a box that does not run. */
  readonly sinceMs: number | undefined;
  /** How many of its helpers run. */
  readonly helpers: number;
  /** Its published ports. */
  readonly ports: readonly PortState[];
}

/** All of them, and the worksets some belong to. */
export interface Listing {
  /** Sorted by name. */
  readonly boxes: readonly ListedBox[];
  /** Sorted by name; also those that cannot be read, with their error. */
  readonly worksets: readonly Workset[];
}

/**
 * Lists all projects and their boxes: every engine that has boxes of ours is asked, once; with `engine`, only that one. Notes the
 * engines that do not answer. Changes nothing but starts supervisors that were killed.
 */
export async function listBoxes(host: Host, engine?: string): Promise<Listing> {
  // The engines take longest: they are asked while the folders are looked at. Without a registry there is hardly anything to
  // ask about.
  const asked = isFile(host.system.paths.names) ? askForBoxes(host, engine) : undefined;
  await asked?.catch(() => {});
  const { projects, worksets } = await listAll(host);
  const states = projects.length === 0
    ? undefined
    : await (await (asked ?? askForBoxes(host, engine))).answer;
  const earlier = await untakenBoxes(host);
  if (earlier > 0) {
    const what = earlier === 1
      ? "1 box of an earlier version is"
      : `${earlier} boxes of an earlier version are`;
    info(host.ui, "hint", { text: `${what} not in use here. To take over: kanibako system migrate` });
  }
  if (states) noteSilent(host, states);
  if (states) await reviveSupervisors(host, states.boxes.values());
  if (states) await endOrphans(host, states.boxes.values());
  if (states?.runtimes.length === 0 && states.silent.size === 0) warning(host.ui, "no-engine", {});
  for (const { id, qualifiedName: name } of projects) {
    const box = states?.boxes.get(id);
    // Of an engine that does not answer it is not known what it knows.
    const text = box && !states!.silent.has(box.runtime.kind) && troubleText(box, shellQuote(name));
    if (text) warning(host.ui, "hint", { text });
  }
  const running = [...states?.boxes.values() ?? []].filter(({ role, info }) =>
    role === "helper" && info.running
  )
    .map(({ id }) => id);
  const boxes = projects.map(async (project) => {
    const run = await runOf(host, project, states);
    const box = boxOf(project, states, run);
    const isRun = run !== undefined && states?.boxes.get(project.id)?.info.labels[LABEL_RUN] === run.run;
    const goesOn = isRun && box.status === "active";
    const state = boxState(host.dirs, project.id);
    return {
      ...box,
      network: goesOn ? run.has?.["box.network"] : undefined,
      attended: box.status === "active" ? isAttended(state) : undefined,
      helpers: running.filter((id) => directorOf(id) === project.id).length,
      ports: goesOn ? await portsNow(state, run) : [],
    };
  });
  return { boxes: await Promise.all(boxes), worksets };
}

/** What is out of order with a box that runs. */
function troubleText({ info, runtime }: FoundBox, name: string): string | undefined {
  if (info.state === FORGOTTEN) {
    return `${runtime.kind} has forgotten the box ${name}, which is still running. To stop it: kanibako stop ${name}`;
  }
  if (info.stopping !== "stuck") return undefined;
  return `The box ${name} was being stopped when its monitor was killed. The next start ends it; or now: kanibako stop ${name}`;
}

/** The recorded run of a box, where something depends on it: it runs, or its runtime does not answer. */
async function runOf(
  host: Host,
  { id }: KnownProject,
  states: AllBoxes | undefined,
): Promise<RunRecord | undefined> {
  if (!states?.boxes.get(id)?.info.running && (states?.silent.size ?? 0) === 0) return undefined;
  return await readRun(boxState(host.dirs, id));
}

function boxOf(
  project: KnownProject,
  states: AllBoxes | undefined,
  run: RunRecord | undefined,
): Omit<ListedBox, "ports" | "network" | "attended" | "helpers"> {
  const found = states?.boxes.get(project.id);
  const isActive = found?.info.running === true;
  return {
    project,
    paused: found?.info.paused === true,
    agent: isActive ? found.info.labels[LABEL_AGENT] || undefined : undefined,
    status: isActive ? activeStatus(found) : project.status === "ok" ? idle(run, states) : project.status,
    container: found?.info.name,
    engine: found?.runtime.kind,
    sinceMs: isActive && run && run.run === found.info.labels[LABEL_RUN]
      ? run.startedAt
      : isActive && found.info.createdAt !== undefined
      ? found.info.createdAt * 1000
      : undefined,
  };
}

function activeStatus({ info: { stopping } }: FoundBox): "active" | "stopping" | "broken" {
  return stopping === undefined ? "active" : stopping === "stuck" ? "broken" : "stopping";
}

/** What a box without a running container is: stopped, as far as somebody can tell. */
function idle(run: RunRecord | undefined, states: AllBoxes | undefined): "stopped" | "unknown" {
  if (!states || states.runtimes.length === 0) return "unknown";
  return run && states.silent.has(run.runtime) ? "unknown" : "stopped";
}
