/**
 * Checks that a box has what it needs.
 *
 * @module
 */

import { diagnoseBox } from "../../../app/project/diagnose.ts";
import { showChecks } from "../../checks.ts";
import type { Context } from "../../context.ts";
import type { BoxDiagnoseFlags } from "./diagnose.ts";

/** Runs `kanibako box diagnose`. */
export default async function boxDiagnose(
  this: Context,
  flags: BoxDiagnoseFlags,
  word?: string,
): Promise<void> {
  const { project, checks } = await diagnoseBox(await this.host(), word, this.cwd);
  showChecks(`Diagnosis of ${project.name} (${project.id})`, checks, flags.json);
}
