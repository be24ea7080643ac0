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
import { runFolders } from "./run_folder.ts";

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
  if (prepared?.delivery) await prepared.write(runFolders(session.project.state, record.run).in);
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
    ...(agent && project.mode !== "standalone"
      ? { sharedResources: `${host.dirs.data}/shared/global/${agent.target.name}` }
      : {}),
    scopes: Object.fromEntries(Object.entries(settings.resources).map(([path, { value }]) => [path, value])),
    sweep: true,
  });
}
