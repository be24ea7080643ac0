/**
 * Sees to it that a box does not run, and is not started meanwhile.
 *
 * @module
 */

import { launchLock } from "../../../box/run_record.ts";
import { stopBox } from "../../../box/stop.ts";
import type { Host } from "../../../config/system.ts";
import { KanibakoError } from "../../../host/error.ts";
import { FileLock } from "../../../host/store.ts";
import { note } from "../../../host/terminal.ts";
import { shellQuote } from "../../../host/text.ts";
import { type Project, qualifiedName } from "../../../project/project.ts";
import { askRunning } from "../running.ts";

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
    const running = await askRunning(host, options.engine);
    const container = running?.containers.get(project.id);
    if (container?.running || !lock) {
      if (!options.stop) throw isRunning(project);
      note(`Stopping the box ${qualifiedName(project)}.`);
      if (running) await stopBox(running.engine, host, project.id);
      lock ??= await waitForLock(project);
    }
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
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  throw isRunning(project);
}

function isRunning(project: Project): KanibakoError {
  const name = shellQuote(qualifiedName(project));
  return new KanibakoError(
    "box-running",
    `The box of ${name} is running: it could write while it is restored.`,
    {
      hint: [`Stop it first: kanibako stop ${name}`, "Or stop and restore at once: add --stop"],
    },
  );
}
