/**
 * All projects, joined with what the engines report of their boxes.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { hasProjects, type KnownProject, listAll } from "../../project/list.ts";
import type { Workset } from "../../project/workset/members.ts";
import { allBoxStates, type AllStates } from "../../run/states.ts";
import { warning } from "../../spec/ui.ts";

/**
 * How a box is. `unknown`: there is no engine to ask, or the one it was started with does not answer. `missing`: its folder is
 * gone. `no-data`: its data is gone. `left-over`: data whose project was forgotten.
 */
export type BoxStatus = "active" | "stopped" | "unknown" | "missing" | "no-data" | "left-over";

/** A project and the state of its box. */
export interface ListedBox {
  readonly project: KnownProject;
  readonly status: BoxStatus;
  /** The name of its container, running or left over. */
  readonly container: string | undefined;
  /** The name of the engine that has the container. */
  readonly engine: string | undefined;
  /** When the recorded run began, in milliseconds since 1970; absent of a box that does not run. */
  readonly sinceMs: number | undefined;
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
 * engines that do not answer. Changes nothing.
 */
export async function listBoxes(host: Host, engine?: string): Promise<Listing> {
  const question = { engine };
  // The engines take longest: they are asked while the folders are looked at.
  const early = await hasProjects(host) ? allBoxStates(host.dirs, question) : undefined;
  const [{ projects, worksets }, asked] = await Promise.all([listAll(host), early]);
  const states = asked ?? (projects.length === 0 ? undefined : await allBoxStates(host.dirs, question));
  for (const [name, { message }] of states?.silent ?? []) {
    warning(host.ui, "engine-silent", { engine: name, message });
  }
  return { boxes: projects.map((project) => boxOf(project, states)), worksets };
}

function boxOf(project: KnownProject, states: AllStates | undefined): ListedBox {
  const found = states?.boxes.get(project.id);
  const run = states?.runs.get(project.id);
  const isActive = found?.container.running === true;
  return {
    project,
    status: isActive ? "active" : project.status === "ok" ? idle(project.id, states) : project.status,
    container: found?.container.name,
    engine: found?.engine.name,
    sinceMs: isActive && run?.engine === found.engine.name
      ? run.startedAt
      : isActive && found.container.createdAt !== undefined
      ? found.container.createdAt * 1000
      : undefined,
  };
}

/** What a box without a running container is: stopped, as far as somebody can tell. */
function idle(id: string, states: AllStates | undefined): "stopped" | "unknown" {
  if (!states || states.engines.length === 0) return "unknown";
  const run = states.runs.get(id);
  return run && states.silent.has(run.engine) ? "unknown" : "stopped";
}
