/**
 * Which boxes run, for commands that also work where no engine is installed.
 *
 * @module
 */

import { boxStates } from "../../../run/states.ts";
import type { Host } from "../../../config/system.ts";
import { chooseEngine } from "../../../runtime/choose.ts";
import type { ContainerInfo, Engine } from "../../../runtime/engine.ts";
import { KanibakoError } from "../../../host/error.ts";

/** What the engine says about all boxes. */
export interface Running {
  readonly engine: Engine;
  /** Containers by box id, running or not. */
  readonly containers: ReadonlyMap<string, ContainerInfo>;
}

/** Asks the engine, in one call. `undefined` when there is none; every other failure is an error. */
export async function askRunning(host: Host, engineName?: string): Promise<Running | undefined> {
  const engine = await openEngine(host, engineName);
  return engine && { engine, containers: await boxStates(engine, host.dirs) };
}

/** The engine, or `undefined` when none is installed and none was asked for by name. */
export async function openEngine(host: Host, engineName?: string): Promise<Engine | undefined> {
  try {
    return await chooseEngine(host.dirs, engineName);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "no-engine" && engineName === undefined) {
      return undefined;
    }
    throw error;
  }
}
