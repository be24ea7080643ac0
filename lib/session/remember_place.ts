/**
 * Remembers where an agent was found by PATH. A start by a timer or over a connection has a shorter one.
 *
 * @module
 */

import { agentPlaces, type Host } from "../config/system.ts";
import { parentOf, real } from "../host/path.ts";
import { FileLock, writeJson } from "../host/store.ts";
import { boxFolders } from "../plan/box_folders.ts";
import { rememberedPlaces } from "../../targets/known.ts";

/** Keeps the place of the agent of that name, unless a box can write there: it could put another program there, for every box. */
export async function rememberPlace(host: Host, name: string, place: string): Promise<void> {
  const folders = await boxFolders(host);
  if ([place, real(place)].some((one) => folders.canWrite(parentOf(one)))) return;
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/agents.lock`);
  await writeJson(agentPlaces(host.dirs), { ...rememberedPlaces(), [name]: place });
}
