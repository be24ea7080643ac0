/**
 * The end of helpers whose director has ended. Each has a watch of its own for that; here it is done at once, and what is known of them is
 * put right.
 *
 * @module
 */

import { boxState, helpersLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { debug } from "../../host/log.ts";
import { FileLock } from "../../host/store.ts";
import { until } from "../../host/wait.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers, writeHelpers } from "../../hub/state.ts";
import { isActive } from "../../hub/tree.ts";
import { helperLauncher } from "./launcher.ts";

/** How long a hub is waited for that is being closed. */
const HUB_GOES = { everyMs: 50, forMs: 5000 };

/** Stops the helpers of a director, and says so of each whose box is gone. Throws `bad-file`. */
export async function endHelpers(host: Host, director: string): Promise<void> {
  const state = boxState(host.dirs, director);
  // A hub that does not get on keeps it: its helpers end by their own watch.
  let lock: FileLock | undefined;
  await until(async () => (lock = await FileLock.tryAcquire(helpersLock(state))) !== undefined, HUB_GOES);
  if (!lock) return;
  using _lock = lock;
  const helpers = await readHelpers(state);
  const launcher = helperLauncher(host, director);
  const end = async (helper: Helper): Promise<Helper> => {
    if (!isActive(helper) || helper.keep) return helper;
    try {
      await launcher.stop(helper);
      return { ...helper, status: "stopped", endedAt: Date.now() };
    } catch (error) {
      debug(() => `helper ${helper.number} is not stopped: ${error}`);
      return helper;
    }
  };
  const ended = await Promise.all(helpers.map(end));
  if (ended.some((helper, at) => helper !== helpers[at])) await writeHelpers(state, ended);
}
