/**
 * Which look a report is to begin from.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";

/** A look that a report can begin from. */
export interface LookInfo {
  /** Its name, which `since` takes. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** `start`: before a session; `shown`: when its user was shown a report; `end`: when it had ended and nobody was. */
  readonly when: "start" | "shown" | "end";
  /** The agent of that session; empty when it was a shell or a command. */
  readonly agent: string;
}

/** A look before a launch comes shortly after the snapshot of the same launch. */
const SAME_LAUNCH_MS = 60_000;
/** As many looks an error names. */
const NAMED = 12;

/** The look that `since` means: by its name, by a time, or by a snapshot of the vault. Throws `unknown-look`. */
export async function chooseLook(
  host: Host,
  project: Project,
  looks: readonly LookInfo[],
  since: string,
): Promise<string> {
  const named = looks.filter(({ id }) => id === since || since.length >= 4 && id.startsWith(since));
  const exact = named.find(({ id }) => id === since) ?? named[0];
  if (exact) return exact.id;
  const written = timeOf(since, Date.now());
  const time = written ?? await snapshotTime(host, project, since);
  if (time === undefined) {
    throw unknownLook(project, looks, `There is no session, time or snapshot ${shellQuote(since)}`);
  }
  // One that is too early shows too much, which is better than too little.
  const ofLaunch = written === undefined
    ? looks.find(({ atMs, when }) => when === "start" && atMs >= time && atMs - time < SAME_LAUNCH_MS)
    : undefined;
  const chosen = ofLaunch ?? looks.findLast(({ atMs }) => atMs <= time);
  if (!chosen) throw unknownLook(project, looks, `No look from before ${shellQuote(since)} is kept`);
  return chosen.id;
}

/** `10:12` is the latest such time; others are what a date is written as. In milliseconds since 1970. */
function timeOf(text: string, now: number): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d\d)$/.exec(text) ?? [];
  if (hours === undefined) {
    const [, day, clock] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?Z?))?$/.exec(text) ?? [];
    // A date alone would be taken as one of UTC; like a time it is one of this machine.
    const time = day === undefined ? NaN : Date.parse(`${day}T${clock ?? "00:00"}`);
    return Number.isNaN(time) ? undefined : time;
  }
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const date = new Date(now);
  date.setHours(Number(hours), Number(minutes), 59, 999);
  // The minute that is running counts.
  if (date.getTime() - 60_000 > now) date.setDate(date.getDate() - 1);
  return date.getTime();
}

async function snapshotTime(host: Host, project: Project, name: string): Promise<number | undefined> {
  if (!project.vault) return undefined;
  const { openVault, findSnapshot } = await import("../../vault/store.ts");
  try {
    using vault = await openVault(host, project);
    return (await findSnapshot(vault, name)).record.takenAt;
  } catch (error) {
    if (error instanceof KanibakoError) return undefined;
    throw error;
  }
}

function unknownLook(project: Project, looks: readonly LookInfo[], message: string): KanibakoError {
  const name = shellQuote(qualifiedName(project));
  const shown = looks.slice(-NAMED).map(({ id, atMs, agent }) =>
    `${id}  ${localMinute(atMs)}${agent === "" ? "" : `  ${agent}`}`
  );
  return new KanibakoError("unknown-look", `${message}.`, {
    hint: [
      ...shown.length > 0 ? ["A report can begin from:", ...shown] : [],
      `Snapshots: kanibako box vault list ${name}`,
    ],
  });
}

/** As `--since` takes it: in this machine's time, like the times of a report. */
function localMinute(atMs: number): string {
  const shifted = atMs - new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 16);
}
