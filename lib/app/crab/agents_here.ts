/**
 * The agents that the project around a folder brings along.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { locateProject } from "../../project/locate.ts";
import { type OwnAgents, ownAgents } from "../../project/own_agents.ts";

/** The agents of the project around a folder. A folder that is none, and a project that cannot be looked at, has none. */
export async function agentsHere(host: Host, cwd: string | undefined): Promise<OwnAgents> {
  const none = { approved: [], waiting: [] };
  if (cwd === undefined) return none;
  try {
    return await ownAgents(host.dirs, await locateProject(host, undefined, cwd));
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return none;
  }
}
