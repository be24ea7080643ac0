/**
 * The service that is a filtered box's only way out. What it lets through is said by two files of this host, which it reads again
 * whenever they change.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { BoxDoor } from "../net/box_door.ts";
import { secretAccounts } from "../secret/store.ts";
import { DOOR_SOCKET } from "../spec/box_paths.ts";
import { AskUser } from "./ask_user.ts";
import { guardedLogins } from "./guarded_login.ts";
import { isAttended } from "./attended.ts";
import { networkEvents } from "./recorded_network.ts";
import type { Run } from "./run.ts";
import type { OpenService } from "./service.ts";
import { recordFailure } from "./service_failures.ts";

/** Lets out what the rules say, as long as the run lasts. `name`: of the service, for its failures. */
export async function openDoor(run: Run, name: string): Promise<OpenService> {
  if (!run.mailbox.listen) throw new Error("the box shares no sockets with this host");
  const user = new AskUser(run);
  return await BoxDoor.open({
    state: run.state,
    run: run.record.run,
    listener: run.mailbox.listen(DOOR_SOCKET),
    env: (name) => Deno.env.get(name),
    logins: await guardedLogins(run),
    accounts: (name) => secretAccounts(run.host.dirs, name),
    attended: () => isAttended(run.state),
    changed: (names) => user.changed(names),
    asked: (name) => user.asked(name),
    logged: networkEvents(run),
    report: (event) => debug(() => `door: ${JSON.stringify(event)}`),
    unreadable: (error) => void recordFailure(run, name, error),
  });
}
