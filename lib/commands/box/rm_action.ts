/**
 * Forgets a project, and deletes its data when asked to.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import type { Engine } from "../../engine/engine.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { run } from "../../host/process.ts";
import { confirmYes } from "../../host/prompt.ts";
import { note, out, warn } from "../../host/terminal.ts";
import { shellQuote } from "../../host/text.ts";
import { findRemoval, type Removal, type RemovalResult, removeProject } from "../../project/remove.ts";
import type { Context } from "../context.ts";
import type { RmFlags } from "./rm.ts";
import { askRunning, type Running } from "./running.ts";

/** Runs `kanibako rm`. */
export default async function rm(this: Context, flags: RmFlags, target: string): Promise<void> {
  const host = await this.host();
  const removal = await findRemoval(host, target, this.cwd);
  const running = await askRunning(host, flags.engine);
  const container = running?.containers.get(removal.id);
  if (container?.running && !flags.force) {
    throw new KanibakoError("box-running", `The box of ${shellQuote(removal.name)} is running.`, {
      hint: [
        `Stop it first: kanibako stop ${shellQuote(target)}`,
        "Or stop and remove it at once: add --force",
      ],
    });
  }
  // Asked before anything is done, so that a no leaves everything as it was.
  if (flags.purge && removal.data.length > 0 && !flags.force) await ask(removal);
  if (running && container) {
    const { stopBox } = await import("../../box/stop.ts");
    await stopBox(running.engine, host, removal.id);
  }
  await remove(host, removal, flags, running);
}

async function ask(removal: Removal): Promise<void> {
  const confirmed = await confirmYes(
    `This deletes all data of the box ${shellQuote(removal.name)}: its home, its settings, its history.`,
    ...removal.data.map((path) => `  ${path}`),
    ...(removal.path === undefined ? [] : [`The project's own folder stays: ${removal.path}`]),
  );
  if (!confirmed) throw new Aborted();
}

async function remove(
  host: Host,
  removal: Removal,
  flags: RmFlags,
  running: Running | undefined,
): Promise<void> {
  const result = await removeProject(host, removal, { purge: flags.purge });
  if (removal.kind !== "left-over") {
    out(
      `Removed ${removal.name}${removal.path === undefined ? "" : ` (${removal.path})`} from the registry.`,
    );
  }
  if (!flags.purge) {
    if (result.remaining.length > 0) {
      out(`Its data is kept. To delete it: kanibako rm ${shellQuote(removal.name)} --purge`);
    } else if (removal.kind === "left-over") out("There is nothing to remove.");
    return;
  }
  const remaining = await retryAsRootOfBoxes(result, running?.engine);
  if (remaining.length === 0) out("Deleted its data.");
  for (const path of remaining) {
    const failure = result.failures.find((each) => each.path === path);
    warn(`Could not delete ${shellQuote(path)}${failure ? `: ${failure.error.message}` : "."}`);
    for (const hint of failure?.error.hints ?? []) note(`  ${hint}`);
  }
}

/** Files that belong to other users of a box's user namespace can only be deleted from within one. */
async function retryAsRootOfBoxes(
  result: RemovalResult,
  engine: Engine | undefined,
): Promise<readonly string[]> {
  const stuck = result.failures.filter(({ error }) => error.code === "needs-engine").map(({ path }) => path);
  if (stuck.length === 0 || engine?.name !== "podman" || !engine.rootless) return result.remaining;
  await run([engine.binary, "unshare", "rm", "-rf", "--", ...stuck], { timeoutMs: 120_000 });
  const gone = await Promise.all(
    stuck.map(async (path) => await Deno.lstat(path).then(() => undefined, () => path)),
  );
  const left = result.remaining.filter((path) => !gone.includes(path));
  const stillStuck = left.filter((path) => stuck.includes(path));
  if (stillStuck.length > 0) {
    note(`Try: ${engine.binary} unshare rm -rf -- ${stillStuck.map(shellQuote).join(" ")}`);
  }
  return left;
}
