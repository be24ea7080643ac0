/**
 * When the user is shown what sessions left that their machine will run: when one ends, when they leave one that goes on, and
 * before the next one, where nobody was there. What is found is worked out in `lib/report`; a failure never stops a box.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { debug } from "../host/log.ts";
import { qualifiedName } from "../project/project.ts";
import type { Report } from "../report/session.ts";
import { readRun } from "../run/record.ts";
import { info, warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

/** Whose report it is. */
interface Reported {
  readonly host: Host;
  /** The box's id. */
  readonly box: string;
  readonly state: string;
  /** The project, as it is found from everywhere. */
  readonly name: string;
}

/**
 * Looks before a run, and reports what an earlier one left that nobody was shown. Answers what keeps the look, which can wait until
 * the engine works; `undefined` where there is none.
 */
export async function lookBeforeRun(
  session: Session,
  run: string,
): Promise<(() => Promise<void>) | undefined> {
  const { host, project, settings: { report }, request, agent } = session;
  if (!isReported(request)) return undefined;
  const { lookBefore, lookNoMore } = await import("../report/session.ts");
  const reported = { host, box: project.id, state: project.state, name: nameOf(session) };
  const failed = (error: unknown) =>
    warning(host.ui, "no-report", { reason: error instanceof Error ? error.message : String(error) });
  try {
    if (report.value === "off") {
      lookNoMore(project.state);
      return undefined;
    }
    const { left, keep } = await lookBefore({
      state: project.state,
      root: project.path,
      run,
      agent: agent?.target.name ?? "",
      show: report.value,
    });
    if (left) say(reported, left, report.value, true);
    return () => keep().catch(failed);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** What a helper leaves is its director's to take, and a box without a folder of the user leaves nothing. */
function isReported({ standIn }: Session["request"]): boolean {
  return standIn === undefined || (standIn.role === "scratch" && standIn.worksFor !== undefined);
}

/** Whose folder it is. */
function nameOf({ project, request: { standIn } }: Pick<Session, "project" | "request">): string {
  return qualifiedName((standIn?.role === "scratch" ? standIn.worksFor : undefined) ?? project);
}

/** Takes back the look before a run that did not begin. */
export async function forgetLook({ project }: Session, run: string): Promise<void> {
  const { forgetLook } = await import("../report/session.ts");
  await forgetLook(project.state, run);
}

/** Keeps the look before a run in place of which another one's box was found, and is joined. */
export async function resumeLook({ project }: Session, run: string): Promise<void> {
  const { resumeLook } = await import("../report/session.ts");
  await resumeLook(project.state, run);
}

/** Reports what is new since the last report: the session has ended, or its user has left it. */
export async function reportNow({ host, box, state, name }: Reported): Promise<void> {
  try {
    const { lookAndReport } = await import("../report/session.ts");
    const now = await lookAndReport(state, await readRun(state) !== undefined);
    if (now) say({ host, box, state, name }, now.report, now.show, false);
  } catch (error) {
    debug(() => `no report: ${error}`);
  }
}

/** As {@link reportNow}, for the project of a session. */
export async function reportAfter({ host, project, request }: Session): Promise<void> {
  if (!isReported(request)) return;
  await reportNow({ host, box: project.id, state: project.state, name: nameOf({ project, request }) });
}

function say({ host, box, name }: Reported, report: Report, show: "brief" | "full", late: boolean): void {
  const { findings, bounds, sinceMs, since } = report;
  if (findings.length === 0 && bounds.length === 0) return;
  info(host.ui, "report", { name, findings, bounds, sinceMs, since, late, full: show === "full" });
  host.events({ kind: "reported", box, atMs: Date.now(), data: { findings: findings.length } });
}
