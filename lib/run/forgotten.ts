/**
 * Boxes that run and of which their runtime knows nothing: its folder of what runs was emptied, its store was reset, or another one is in
 * use by now. That they run is known from the box itself, which holds its end of the mailbox: no second one is started on its home, and
 * it can be stopped.
 *
 * @module
 */

import { boxState } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import {
  LABEL_AGENT,
  LABEL_BOX,
  LABEL_LIFETIME,
  LABEL_OWNER,
  LABEL_ROLE,
  LABEL_RUN,
  ownerMark,
} from "../runtime/labels.ts";
import { reopenRuntime } from "../runtime/open.ts";
import type { BoxInfo } from "../runtime/runtime.ts";
import type { FoundBox } from "./find_boxes.ts";
import { readRun, type RunRecord } from "./record.ts";
import { runFolder } from "./run.ts";

/** The state of such a box. */
export const FORGOTTEN = "forgotten";

/** Such a box as its runtime would show it. `known`: what the runtime still has of it. */
export function forgottenInfo(id: string, record: RunRecord, known: BoxInfo | undefined): BoxInfo {
  return {
    id: known?.id ?? record.box,
    name: record.box,
    image: record.image,
    running: true,
    state: FORGOTTEN,
    createdAt: record.startedAt / 1000,
    labels: known?.labels ?? {
      [LABEL_BOX]: id,
      [LABEL_ROLE]: "box",
      [LABEL_RUN]: record.run,
      [LABEL_LIFETIME]: record.lifetime,
      [LABEL_AGENT]: record.agent,
    },
  };
}

/**
 * Those among this user's boxes, for all that their runtimes said. `known`: what they said. With `kind`, only boxes that were started with that one.
 */
export async function forgottenBoxes(
  host: Host,
  known: ReadonlyMap<string, FoundBox>,
  kind?: string,
): Promise<FoundBox[]> {
  const ids: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(`${host.dirs.state}/boxes`)) {
      if (!known.get(name)?.info.running) ids.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const found = await Promise.all(ids.map((id) => forgotten(host, id, known.get(id), kind)));
  return found.flatMap((box) => box ?? []);
}

async function forgotten(
  host: Host,
  id: string,
  known: FoundBox | undefined,
  kind: string | undefined,
): Promise<FoundBox | undefined> {
  const state = boxState(host.dirs, id);
  const record = await readRun(state);
  if (!record || (kind !== undefined && record.runtime !== kind)) return undefined;
  const runtime = await reopenRuntime(host.dirs, record.runtime, record.place, true);
  if (!runtime) return undefined;
  await using mailbox = await runtime.openMailbox(runFolder(state, record.run));
  if (!await mailbox.alive() || !await mailbox.isInhabited?.()) return undefined;
  const own = known?.info.labels[LABEL_RUN] === record.run ? known.info : undefined;
  const info = forgottenInfo(id, record, own);
  const labels: Record<string, string> = {
    ...info.labels,
    [LABEL_OWNER]: await ownerMark(host.dirs.state),
  };
  return { id, role: labels[LABEL_ROLE] ?? "box", runtime, info: { ...info, labels } };
}
