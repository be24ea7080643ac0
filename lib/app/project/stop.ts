/**
 * Stops boxes: one, or all of this user's.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { atOnce } from "../../host/at_once.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { inOrder, listProjects } from "../../project/list.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { allBoxes, type FoundBox, noteSilent } from "../../run/find_boxes.ts";
import { directorOf } from "../../hub/folders.ts";
import { readRun } from "../../run/record.ts";
import { announceQuarantined } from "../../run/protect.ts";
import { mayBeKept } from "../../session/may_be_kept.ts";
import { reportNow } from "../../session/report.ts";
import { stopBox, type StopOutcome } from "../../session/stop.ts";
import { failure, info } from "../../spec/ui.ts";
import { existingProject } from "./existing_project.ts";

/** What is to be stopped, and how. */
export interface StopOptions {
  /** Only this engine is asked; by default each one that has boxes of ours. */
  readonly engine?: string | undefined;
}

/** What stopping one box came to. */
export interface Stopped {
  readonly project: Stoppable;
  readonly outcome: StopOutcome | "not-running";
  /** How many of its helpers have ended with it. */
  readonly helpers: number;
}

type Stoppable = Pick<Project, "id" | "name" | "workset">;

/**
 * Stops the box of the project that `word` or the folder `cwd` means; by name also one that runs on a folder which has been moved away or
 * is closed to us. Throws `no-box` where there is none.
 */
export async function stopProject(
  host: Host,
  word: string | undefined,
  cwd: string,
  options: StopOptions = {},
): Promise<Stopped> {
  const { project, problem } = await stoppable(host, word, cwd);
  const { boxes, silent } = await allBoxes(host, options.engine);
  const box = boxes.get(project.id);
  if (!box && problem) throw problem;
  // Without its answer nobody knows whether the box runs there.
  if (!box) { for (const error of silent.values()) throw error; }
  if (!box) return { project, outcome: "not-running", helpers: 0 };
  const helpers = [...boxes.values()].filter(({ id, role, info }) =>
    role === "helper" && info.running && directorOf(id) === project.id
  );
  const outcome = await stopBox(host, box);
  await sayWhatIsLeft(host, box, qualifiedName(project));
  const runs = await Promise.all(helpers.map(({ id }) => readRun(boxState(host.dirs, id))));
  return { project, outcome, helpers: runs.filter((run) => run === undefined).length };
}

/** The project; and why no other command can use it, where that is so. */
async function stoppable(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<{ readonly project: Stoppable; readonly problem?: KanibakoError }> {
  try {
    return { project: await existingProject(host, word, cwd) };
  } catch (error) {
    const kept = word !== undefined && mayBeKept(host, word)
      ? await (await import("../run/kept.ts")).keptBoxOf(host, word, cwd)
      : undefined;
    if (kept) return { project: kept };
    const isElsewhere = error instanceof KanibakoError &&
      ["project-missing", "project-closed"].includes(error.code);
    const known = isElsewhere
      ? (await listProjects(host)).find(({ name, qualifiedName }) => [qualifiedName, name].includes(word!))
      : undefined;
    if (!known) throw error;
    return { project: known, problem: error as KanibakoError };
  }
}

/** Its session has ended: says what went to the quarantine, and what is left that the user's machine will run. The box is stopped whatever fails. */
async function sayWhatIsLeft(host: Host, { id }: FoundBox, name: string): Promise<void> {
  const state = boxState(host.dirs, id);
  await announceQuarantined(host, state, name).catch((error: unknown) => failure(host.ui, error));
  await reportNow({ host, box: id, state, name });
}

/** What stopping all boxes came to. */
export interface AllStopped {
  /** How many were running. */
  readonly running: number;
  /** Qualified names of those that were stopped. */
  readonly stopped: readonly string[];
  /** Qualified names of those that could not be stopped; why is noted. */
  readonly failed: readonly string[];
}

/** Each takes a second or more, nearly all of it waiting. */
const AT_ONCE = 8;

/**
 * Stops every box of this user that runs, whichever engine it is in. Asks first unless `force`; throws {@link Aborted} for a no. One
 * that fails does not keep the others from being stopped.
 */
export async function stopAll(
  host: Host,
  { engine, force }: StopOptions & { readonly force: boolean },
): Promise<AllStopped> {
  const found = await allBoxes(host, engine);
  noteSilent(host, found);
  const { boxes } = found;
  const running = [...boxes.values()].filter(({ info }) => info.running);
  if (running.length === 0) return { running: 0, stopped: [], failed: [] };
  const known = new Map((await listProjects(host)).map((box) => [box.id, box.qualifiedName]));
  const named = running.map((box) => ({ ...box, name: known.get(box.id) ?? box.id }))
    .sort((a, b) => inOrder(a.name) < inOrder(b.name) ? -1 : 1);
  if (!force) {
    const sure = await host.ui.confirm({
      text: `Stop ${named.length === 1 ? "this box" : `these ${named.length} boxes`}?`,
      details: named.map(({ name }) => `  ${name}`),
    });
    if (!sure) {
      throw host.ui.attended
        ? new Aborted()
        : new Aborted("Aborted. To stop them without being asked: kanibako stop --all --force");
    }
  }
  const stopped: string[] = [];
  const failed: string[] = [];
  const ends = atOnce(AT_ONCE, named, (box) => stopBox(host, box));
  for (const [at, { name, ...box }] of named.entries()) {
    try {
      await ends[at];
      stopped.push(name);
      info(host.ui, "box-stopped", { name });
      await sayWhatIsLeft(host, box, name);
    } catch (error) {
      failed.push(name);
      failure(host.ui, error);
    }
  }
  return { running: named.length, stopped, failed };
}
