/**
 * `--plan` of `start` and `shell`: the whole plan with its sources. Creates nothing, asks no engine.
 *
 * @module
 */

import { sourceText } from "../../../spec/source.ts";
import { findSeeds, seedProblem } from "../../../plan/shared_folders.ts";
import { gather, planInput, type SessionRequest } from "../../../session/gather.ts";
import { planBox } from "../../../plan/plan.ts";
import { boxDelivery } from "../../../session/delivery.ts";
import { inWords, planData } from "../../../plan/masked.ts";
import { showPlan } from "./show_plan.ts";
import { json } from "../../../host/ui/terminal.ts";
import { checkWorkspace } from "../../../project/guard.ts";

/** Prints the plan of a session. */
export async function planOnly(request: SessionRequest, asJson: boolean): Promise<number> {
  const session = await gather(request);
  // What a launch would refuse has no plan.
  if (!session.project.exists) {
    await checkWorkspace(session.host, session.project.path, { standalone: false, allowHome: false });
  }
  const delivery = await boxDelivery(session);
  const input = await planInput(session, {
    run: "RUN",
    handIn: delivery?.files ?? new Map(),
    mailbox: session.agent !== undefined || delivery !== undefined || session.lifetime === "persistent",
  });
  const plan = planBox(input);
  const found = await findSeeds(session, session.steps.seeds, false);
  const seeds = found.filter(({ found }) => found.kind !== "missing")
    .map(({ path, found, from }) => ({ path, source: found.path, from }));
  const warnings = [...input.warnings, ...found.flatMap(seedProblem)];
  const { project, settings, runtime } = session;
  runtime.check(plan);
  if (asJson) {
    json({
      project: { name: project.name, path: project.path, mode: project.mode, exists: project.exists },
      engine: { name: runtime.kind, rootless: runtime.can.userNamespace },
      image: { reference: plan.image, from: sourceText(settings.image.from) },
      work: inWords(input.work),
      plan: planData(plan),
      seeds: seeds.map(inWords),
      warnings,
    });
    return 0;
  }
  showPlan(plan, {
    project: project.path,
    isNew: !project.exists,
    engine: `${runtime.kind}${runtime.can.userNamespace ? ", without root" : ""}`,
    imageFrom: settings.image.from,
    lifetimeFrom: session.lifetimeFrom,
    work: input.work.argv,
    workFrom: input.work.from,
    seeds,
    warnings,
  });
  return 0;
}
