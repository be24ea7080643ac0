/**
 * Remembers where an agent was found by PATH. A start by a timer or over a connection has a shorter one.
 *
 * @module
 */

import { agentPlaces, type Host } from "../config/system.ts";
import { real } from "../host/path.ts";
import { FileLock, writeJson } from "../host/store.ts";
import { isWithin } from "../project/layout.ts";
import { knownPlaces } from "../project/list.ts";
import { rememberedPlaces } from "../../targets/known.ts";

/** Keeps the place of the agent of that name. One in a project is not kept: its box could put another program there, for every box. */
export async function rememberPlace(host: Host, name: string, place: string): Promise<void> {
  const { projects } = await knownPlaces(host);
  const places = [place, real(place)];
  if (projects.some(({ path }) => places.some((one) => isWithin(one, path)))) return;
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/agents.lock`);
  await writeJson(agentPlaces(host.dirs), { ...rememberedPlaces(), [name]: place });
}
