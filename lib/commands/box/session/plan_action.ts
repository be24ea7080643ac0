/**
 * `--plan` of `start` and `shell`: the whole plan with its sources. Creates nothing.
 *
 * @module
 */

import { planSession } from "../../../app/project/plan.ts";
import { json } from "../../../host/ui/terminal.ts";
import { inWords, planData } from "../../../plan/masked.ts";
import type { SessionRequest } from "../../../session/gather.ts";
import { sourceText } from "../../../spec/source.ts";
import { showPlan } from "./show_plan.ts";

/** Prints the plan of a session. */
export async function planOnly(request: SessionRequest, asJson: boolean): Promise<number> {
  const planned = await planSession(request);
  if (!asJson) {
    showPlan(planned);
    return 0;
  }
  const { project, spec, runtime } = planned;
  json({
    project: { name: project.name, path: project.path, mode: project.mode, exists: project.exists },
    engine: { name: runtime.kind, rootless: runtime.rootless },
    image: {
      reference: spec.image,
      from: sourceText(planned.imageFrom),
      wouldBe: planned.rigWouldBe ?? null,
    },
    running: planned.meets
      ? { refused: planned.meets.refusal?.message ?? null, notes: planned.meets.notes }
      : null,
    work: inWords(planned.work),
    plan: planData(spec),
    seeds: planned.seeds.map(inWords),
    warnings: planned.warnings,
  });
  return 0;
}
