/**
 * Whether boxes are at rest, by their containers: what an engine says counts, not what a file says.
 *
 * @module
 */

import { boxState } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { chooseEngine } from "../runtime/choose.ts";
import type { ContainerInfo, Engine } from "../runtime/engine.ts";
import { KanibakoError } from "../host/error.ts";
import { readRun } from "../run/record.ts";
import { boxStates } from "../run/states.ts";
import { stopContainer } from "./stop.ts";

/** A box's container and the engine that has it. */
export interface BoxContainer {
  readonly id: string;
  readonly engine: Engine;
  readonly container: ContainerInfo;
}

/**
 * The containers of these boxes, running or not: of the engine in use (`undefined`: none is installed), and of the one with
 * which a box was started last.
 */
export async function containersOf(
  host: Host,
  ids: readonly string[],
  engine: Engine | undefined,
): Promise<readonly BoxContainer[]> {
  const engines = new Map<string, Engine>(engine ? [[engine.name, engine]] : []);
  for (const id of ids) {
    const record = await readRun(boxState(host.dirs, id)).catch(() => undefined);
    if (!record || engines.has(record.engine)) continue;
    const other = await chooseEngine(host.dirs, record.engine).catch(() => undefined);
    if (other) engines.set(other.name, other);
  }
  const found: BoxContainer[] = [];
  for (const each of engines.values()) {
    const states = await boxStates(each, host.dirs);
    for (const id of ids) {
      const container = states.get(id);
      if (container) found.push({ id, engine: each, container });
    }
  }
  return found;
}

/** Throws `running` when one of these boxes runs. */
export async function assertStopped(
  host: Host,
  ids: readonly string[],
  engine: Engine | undefined,
): Promise<void> {
  const running = (await containersOf(host, ids, engine)).find(({ container }) => container.running);
  if (!running) return;
  throw new KanibakoError("running", `The box ${running.id} is running: it was started just now.`, {
    hint: ["See what runs: kanibako ps", "Stop it, and try again."],
  });
}

/** Stops what runs of these, and removes what is left of ended runs. Ids of those that ran. */
export async function bringToRest(host: Host, containers: readonly BoxContainer[]): Promise<string[]> {
  const stopped: string[] = [];
  for (const { id, engine, container } of containers) {
    if (await stopContainer(engine, host, container) === "stopped") stopped.push(id);
  }
  return stopped;
}
