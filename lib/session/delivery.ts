/**
 * What a launch hands into the box's home, by way of the run's read-only folder.
 *
 * @module
 */

import { type HomeSeed, type PreparedDelivery, prepareDelivery, wantsTemplates } from "../crab/prepare.ts";
import { readSteps } from "../crab/steps.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import type { FoundAgent } from "./find_agent.ts";
import { findSeeds, seedProblem } from "../plan/shared_folders.ts";
import type { Session } from "./gather.ts";
import { recordDelivery } from "../crab/delivery_record.ts";
import { type Run, runFolder } from "../run/run.ts";
import { warning } from "../spec/ui.ts";
import { resourceRoot, resourceScopes } from "../plan/shared_resources.ts";

/** Something to hand in, or to take out. */
export type BoxDelivery = PreparedDelivery;

/** What this start hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export async function boxDelivery(
  session: Session,
): Promise<BoxDelivery | undefined> {
  return await prepare(session, session.agent, await homeSeeds(session));
}

async function homeSeeds(session: Session): Promise<HomeSeed[]> {
  const { agent, steps } = session;
  const all = agent !== undefined && wantsTemplates(steps, agent.target.name);
  const seeds = await findSeeds(session, steps.seeds, all);
  for (const text of seeds.flatMap(seedProblem)) warning(session.host.ui, "plan-warning", { text });
  return seeds.flatMap(({ found, mark, path }) =>
    found.kind === "missing" || (found.kind === "file" && path === "")
      ? []
      : [{ mark, source: found.path, kind: found.kind, path }]
  );
}

/** Hands what is new (a login renewed on the host) to a box that runs already; it is applied when a terminal attaches. */
export async function deliverToRunning(session: Session, { record, mailbox }: Run): Promise<void> {
  if (record.agent === "" || !record.sharedAuth) return;
  const target = findTarget(record.agent);
  const install = await target.detect(targetHost(session.host.dirs.home));
  if (!install) return;
  const steps = await readSteps(session.project.state);
  const prepared = await prepare({ ...session, steps }, { target, install, crab: undefined }, []);
  if (!prepared?.delivery) return;
  const folder = runFolder(session.project.state, record.run);
  await recordDelivery(folder, prepared.delivery);
  await mailbox.put(prepared.files);
}

function prepare(
  session: Session,
  agent: FoundAgent | undefined,
  seeds: readonly HomeSeed[],
): Promise<BoxDelivery | undefined> {
  const { host, project, settings, steps } = session;
  const scopes = agent ? resourceScopes(settings, agent.target) : {};
  return prepareDelivery({
    steps,
    ...(agent
      ? { agent: { target: agent.target, install: agent.install, template: settings.template.value } }
      : {}),
    host: targetHost(host.dirs.home),
    sharedAuth: project.sharedAuth,
    templates: host.system.paths.templates,
    ...(agent && project.mode !== "standalone" ? { sharedResources: resourceRoot(host, agent.target) } : {}),
    homeSeeds: seeds,
    scopes: Object.fromEntries(Object.entries(scopes).map(([path, { value }]) => [path, value])),
    sweep: settings.sweep.value,
  });
}
