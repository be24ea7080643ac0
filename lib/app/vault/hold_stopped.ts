/**
 * Sees to it that a box does not run, and is not started meanwhile.
 *
 * @module
 */

import { assertStopped, boxesWithIds, stopBoxes } from "../../session/require_stopped.ts";
import { launchLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { info } from "../../spec/ui.ts";
import { pause } from "../../host/timer.ts";

const LOCK_WAIT_MS = 10_000;
const LOCK_POLL_MS = 100;

/** Holds the box stopped until disposed. Throws `box-running` unless it may be stopped. */
export async function holdStopped(
  host: Host,
  project: Project,
  options: { readonly stop: boolean; readonly engine?: string | undefined },
): Promise<Disposable> {
  let lock = await FileLock.tryAcquire(launchLock(project.state));
  try {
    const containers = await boxesWithIds(host, [project.id], options.engine);
    if (lock && !containers.some(({ info }) => info.running)) return lock;
    if (!options.stop) throw isRunning(project);
    info(host.ui, "box-stopping", { name: qualifiedName(project) });
    await stopBoxes(host, containers);
    if (lock) return lock;
    lock = await waitForLock(project);
    // It could have been started before we held the lock.
    await assertStopped(host, [project.id], options.engine);
    return lock;
  } catch (error) {
    lock?.[Symbol.dispose]();
    throw error;
  }
}

/** The call that ran the box in the foreground lets go when it has cleaned up. */
async function waitForLock(project: Project): Promise<FileLock> {
  for (let waitedMs = 0; waitedMs < LOCK_WAIT_MS; waitedMs += LOCK_POLL_MS) {
    const lock = await FileLock.tryAcquire(launchLock(project.state));
    if (lock) return lock;
    await pause(LOCK_POLL_MS);
  }
  throw isRunning(project);
}

function isRunning(project: Project): KanibakoError {
  const name = shellQuote(qualifiedName(project));
  return new KanibakoError(
    "box-running",
    `The box of ${name} is running: it could write during the restore.`,
    {
      hint: [`Stop it first: kanibako stop ${name}`, "Or add --stop to stop it"],
    },
  );
}
