/**
 * The service that ends a helper whose director is gone: also where whoever hosted the director was killed with it, and no hub is left
 * that would end its helpers. It asks nobody: the kernel says whether somebody in the director's box still holds its mailbox.
 *
 * @module
 */

import { boxState, launchLock, supervisorLock } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { isHeldOpen } from "../host/fifo.ts";
import { debug } from "../host/log.ts";
import { FileLock } from "../host/store.ts";
import { after } from "../host/timer.ts";
import type { ServiceSpec } from "../spec/box_spec.ts";
import { endOwn } from "./end_own.ts";
import { readRun } from "./record.ts";
import { type Run, runFolder } from "./run.ts";
import type { OpenService } from "./service.ts";

/** How often it looks. */
const LOOK_MS = 2000;
/** So many looks in a row have to find nobody: a process may be about to open its end. */
const LOOKS = 2;

/** Opens it. `options`: the id of the director's box. */
export function openLeash(run: Run, { director }: ServiceSpec["options"]): OpenService {
  const state = boxState(run.host.dirs, String(director));
  let gone = 0;
  let closed = false;
  let working: Promise<void> | undefined;
  const look = async () => {
    const there = await isThere(state);
    gone = there ? 0 : gone + 1;
    if (there) await revive(run.host, String(director), state);
    if (gone < LOOKS || closed) return;
    await endOwn(run, "asked");
  };
  let cancel = () => {};
  const arm = () => {
    cancel = after(LOOK_MS, () => {
      working = look().catch((error: unknown) => debug(() => `leash: ${error}`)).finally(() => {
        if (!closed) arm();
      });
    });
  };
  arm();
  return {
    [Symbol.asyncDispose]: async () => {
      closed = true;
      cancel();
      await working;
    },
  };
}

/** Whether the director's box goes on, in whichever of its runs. */
async function isThere(state: string): Promise<boolean> {
  const record = await readRun(state);
  if (!record) return false;
  return isHeldOpen(`${runFolder(state, record.run)}/in/alive`) ||
    record.phase === "starting" && await FileLock.isHeld(launchLock(state));
}

/** The process behind the director's box may have been killed: without it nobody in its tree has a hub. */
async function revive(host: Host, director: string, state: string): Promise<void> {
  if (await FileLock.isHeld(supervisorLock(state)) || (await readRun(state))?.lifetime !== "persistent") {
    return;
  }
  const { ensureSupervisor } = await import("./start_supervisor.ts");
  await ensureSupervisor(host, director);
}
