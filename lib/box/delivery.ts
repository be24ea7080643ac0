/**
 * What a launch hands into the box's home, by way of the run's read-only folder.
 *
 * @module
 */

import { type PreparedDelivery, prepareDelivery } from "../crab/prepare.ts";
import { readSteps } from "../crab/steps.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import type { FoundAgent } from "./agent.ts";
import type { Session } from "./gather.ts";
import { type RunRecord } from "./run_record.ts";
import { giveTo, runFolders } from "./run_folder.ts";
import { resourceRoot } from "./shared_resources.ts";

/** Something to hand in, or to take out. */
export type BoxDelivery = PreparedDelivery;

/** What this launch hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export function boxDelivery(session: Session): Promise<BoxDelivery | undefined> {
  return prepare(session, session.agent);
}

/** Hands what is new (a login renewed on the host) to a box that runs already; it is applied when a terminal attaches. */
export async function deliverToRunning(session: Session, record: RunRecord): Promise<void> {
  if (record.agent === "" || !record.sharedAuth) return;
  const target = findTarget(record.agent);
  const install = await target.detect(targetHost(session.host.dirs.home));
  if (!install) return;
  const steps = await readSteps(session.project.state);
  const prepared = await prepare({ ...session, steps }, { target, install, crab: undefined });
  if (!prepared?.delivery) return;
  const folder = runFolders(session.project.state, record.run).in;
  await prepared.write(folder);
  // Whoever the box's user is has been given this folder.
  const { uid, gid } = await Deno.stat(folder);
  if (uid !== null && gid !== null) await giveTo(folder, { uid, gid });
}

function prepare(session: Session, agent: FoundAgent | undefined): Promise<BoxDelivery | undefined> {
  const { host, project, settings, steps } = session;
  return prepareDelivery({
    steps,
    ...(agent
      ? { agent: { target: agent.target, install: agent.install, template: settings.template.value } }
      : {}),
    host: targetHost(host.dirs.home),
    sharedAuth: project.sharedAuth,
    templates: host.system.paths.templates,
    ...(agent && project.mode !== "standalone" ? { sharedResources: resourceRoot(host, agent.target) } : {}),
    scopes: Object.fromEntries(Object.entries(settings.resources).map(([path, { value }]) => [path, value])),
    sweep: settings.sweep.value,
  });
}
