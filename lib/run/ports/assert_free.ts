/**
 * Whether ports can be had, before a box is started for which that would be too late to find out.
 *
 * @module
 */

import { supervisorLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { until } from "../../host/wait.ts";
import type { PortMapping, PublishedPort } from "../../spec/box_spec.ts";
import { isFlag, sourceText } from "../../spec/source.ts";
import { listenFor } from "./listen.ts";
import { explained } from "./taken_by.ts";

/** The supervisor of the box's last run lets go of its ports within this time. */
const LETTING_GO = { everyMs: 50, forMs: 3000 };

/** Throws what {@link listenFor} throws for the first port that cannot be had. `state`: the state folder of the box that is to have them. */
export async function assertFree(host: Host, state: string, ports: readonly PublishedPort[]): Promise<void> {
  for (const port of ports) {
    const problem = tryOut(port);
    if (problem === undefined || await isLetGo(state, port)) continue;
    throw withSource(port, await explained(host, state, port, problem));
  }
}

/** Whether a port can be had for the box with that state. */
export async function isFree(state: string, port: PortMapping): Promise<boolean> {
  return tryOut(port) === undefined || await isLetGo(state, port);
}

/** Whether a port that is taken becomes free, as it is a run of the same box that ends which has it. */
async function isLetGo(state: string, port: PortMapping): Promise<boolean> {
  return await FileLock.isHeld(supervisorLock(state)) &&
    await until(() => tryOut(port) === undefined, LETTING_GO);
}

/** Says who asked for the port, where that was not the call itself. */
function withSource({ from }: PublishedPort, error: unknown): unknown {
  if (!(error instanceof KanibakoError) || isFlag(from)) return error;
  const { code, message, hints, cause } = error;
  return new KanibakoError(code, message, {
    hint: [...hints, `The port is in box.ports (${sourceText(from)}).`],
    cause,
  });
}

/** Listens for a moment; the error where that cannot be. */
function tryOut(port: PortMapping): unknown {
  try {
    for (const listener of listenFor(port)) listener.close();
    return undefined;
  } catch (error) {
    return error;
  }
}
