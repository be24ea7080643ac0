/**
 * Whether a start hands anything into the box's home. For most there is nothing, and what makes a delivery is not loaded.
 *
 * @module
 */

import type { HomeSeed, PreparedDelivery } from "../crab/prepare.ts";
import { HOME_REVISION, wantsTemplates } from "../crab/steps.ts";
import { findSeeds, seedProblem } from "../plan/shared_folders.ts";
import { warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

/** Something to hand in, or to take out. */
export type BoxDelivery = PreparedDelivery;

/** What this start hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export async function boxDelivery(session: Session): Promise<BoxDelivery | undefined> {
  const seeds = await homeSeeds(session);
  const { standIn } = session.request;
  const isFurnished = session.steps.home >= HOME_REVISION ||
    (standIn?.role === "scratch" && standIn.bareHome);
  // A shell without an agent has no login, and a home that is there already gets no template with it.
  if (
    !session.agent && !session.tool && session.fileKey === undefined && isFurnished &&
    seeds.length === 0
  ) {
    return undefined;
  }
  const { deliveryOf } = await import("./delivery.ts");
  return await deliveryOf(session, seeds);
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
