/**
 * Which boxes run, as the engines report it: by label, in one call to each engine.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { chooseEngine } from "../runtime/choose.ts";
import type { ContainerInfo, Engine } from "../runtime/engine.ts";
import { LABEL_BOX, LABEL_OWNER, LABEL_ROLE, ownerMark } from "../runtime/labels.ts";
import { boxState } from "../config/box_state.ts";
import { readRun, type RunRecord } from "./record.ts";

/** This user's box containers by box id, running or not. One engine call. */
export async function boxStates(engine: Engine, dirs: Dirs): Promise<Map<string, ContainerInfo>> {
  const containers = await engine.list({ [LABEL_OWNER]: await ownerMark(dirs.state), [LABEL_ROLE]: "box" });
  const states = new Map<string, ContainerInfo>();
  for (const container of containers) {
    const id = container.labels[LABEL_BOX];
    if (id !== undefined) states.set(id, container);
  }
  return states;
}

/** A box's container and the engine that has it. */
export interface BoxState {
  readonly id: string;
  readonly engine: Engine;
  readonly container: ContainerInfo;
}

/** What the engines that have boxes of ours report. */
export interface AllStates {
  /** The engines that answered; none where none is installed. */
  readonly engines: readonly Engine[];
  /** By box id, running or not. */
  readonly boxes: ReadonlyMap<string, BoxState>;
  /** The recorded runs, by box id. */
  readonly runs: ReadonlyMap<string, RunRecord>;
  /** Engines of recorded runs that did not answer, and why: of their boxes nothing is known. */
  readonly silent: ReadonlyMap<string, KanibakoError>;
}

/** Whom to ask, and of what. */
export interface StatesQuestion {
  /** Only this engine. */
  readonly engine?: string | undefined;
  /** Only these boxes decide which engines beside the default one are asked; all boxes by default. */
  readonly ids?: readonly string[];
}

/**
 * Asks the default engine, and every engine by which a box was started, one call each and all at once. Throws when the default
 * engine, or the one that was named, fails; that there is none is no failure unless it was named.
 */
export async function allBoxStates(dirs: Dirs, question: StatesQuestion = {}): Promise<AllStates> {
  const first = await defaultEngine(dirs, question.engine);
  // It takes longest: the records are read meanwhile.
  const asked = first ? boxStates(first, dirs) : Promise.resolve(new Map<string, ContainerInfo>());
  asked.catch(() => {});
  const runs = await recordedRuns(dirs, question.ids);
  const silent = new Map<string, KanibakoError>();
  const others = question.engine === undefined ? await otherEngines(dirs, runs, first, silent) : [];
  const [own, ...more] = await Promise.all([
    asked,
    ...others.map((engine) => statesOrSilence(engine, dirs, silent)),
  ]);
  const boxes = new Map<string, BoxState>();
  const add = (engine: Engine, states: ReadonlyMap<string, ContainerInfo>) => {
    for (const [id, container] of states) {
      // Of a left-over and a running container, the running one is the box.
      if (!boxes.get(id)?.container.running) boxes.set(id, { id, engine, container });
    }
  };
  if (first) add(first, own);
  others.forEach((engine, index) => add(engine, more[index] ?? new Map()));
  const engines = [...first ? [first] : [], ...others].filter(({ name }) => !silent.has(name));
  return { engines, boxes, runs, silent };
}

/** The engine that is used by default, or the one named. `undefined`: none is installed and none was named. */
export async function defaultEngine(dirs: Dirs, name?: string): Promise<Engine | undefined> {
  try {
    return await chooseEngine(dirs, name);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "no-engine" && name === undefined) return undefined;
    throw error;
  }
}

/** Engines of recorded runs, beside the default one. */
async function otherEngines(
  dirs: Dirs,
  runs: ReadonlyMap<string, RunRecord>,
  first: Engine | undefined,
  silent: Map<string, KanibakoError>,
): Promise<Engine[]> {
  const names = new Set([...runs.values()].map(({ engine }) => engine));
  if (first) names.delete(first.name);
  const engines: Engine[] = [];
  for (const name of names) {
    try {
      const engine = await chooseEngine(dirs, name);
      // One program can stand in for both.
      if (engine.binary !== first?.binary) engines.push(engine);
    } catch (error) {
      silent.set(name, asSilence(error));
    }
  }
  return engines;
}

async function statesOrSilence(
  engine: Engine,
  dirs: Dirs,
  silent: Map<string, KanibakoError>,
): Promise<ReadonlyMap<string, ContainerInfo>> {
  try {
    return await boxStates(engine, dirs);
  } catch (error) {
    silent.set(engine.name, asSilence(error));
    return new Map();
  }
}

function asSilence(error: unknown): KanibakoError {
  if (error instanceof KanibakoError) return error;
  throw error;
}

/** The recorded runs of these boxes, or of all. A record that cannot be read is passed over. */
async function recordedRuns(
  dirs: Dirs,
  ids: readonly string[] = knownIds(dirs),
): Promise<ReadonlyMap<string, RunRecord>> {
  const found = await Promise.all(
    ids.map(async (id) => [id, await readRun(boxState(dirs, id)).catch(() => undefined)] as const),
  );
  return new Map(found.flatMap(([id, record]) => record ? [[id, record]] : []));
}

/** Ids of all boxes that ever had state on this machine. */
function knownIds(dirs: Dirs): string[] {
  try {
    return [...Deno.readDirSync(`${dirs.state}/boxes`)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
