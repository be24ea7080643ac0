/**
 * From a session to a plan, which is computed without creating anything, and the steps that carry it out: each has a name, and says what
 * takes it back where leaving it would matter.
 *
 * @module
 */

import { stampsOf } from "../config/stamps.ts";
import { planBox } from "../plan/plan.ts";
import { sharedSources } from "../plan/shared_folders.ts";
import { checkBeforeLaunch } from "../project/launch_guard.ts";
import type { RunRecord } from "../run/record.ts";
import { newRunId, type Run, runFolder } from "../run/run.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { type BoxDelivery, boxDelivery } from "./box_delivery.ts";
import { noteFreshness } from "./freshness.ts";
import { isCalledInto, type Session } from "./gather.ts";
import { type GatheredInput, planInput } from "./plan_input.ts";
import { programNow } from "./replaced_agent.ts";
import { keptSettings } from "./running_options.ts";
import { standing } from "./standing.ts";
import { refuseUnenforced } from "./unenforced.ts";

/** Everything that is decided before a box is started. */
export interface Prepared {
  readonly session: Session;
  readonly input: GatheredInput;
  readonly plan: BoxSpec;
  readonly record: RunRecord;
  readonly delivery: BoxDelivery | undefined;
  /** The run's own folder. */
  readonly folder: string;
}

/** Decides. Creates nothing. */
export async function prepare(session: Session): Promise<Prepared> {
  const { host, project, runtime, agent, request } = session;
  if (!request.standIn) checkBeforeLaunch(host, project);
  const beyond = session.beyond.find(({ refusal }) => refusal)?.refusal;
  if (beyond) throw beyond;
  if (session.devContainer?.refusal) throw session.devContainer.refusal;
  refuseUnenforced(session);
  const run = newRunId();
  const delivery = await boxDelivery(session);
  const input = await planInput(session, {
    run,
    handIn: delivery?.files ?? new Map(),
    mailbox: agent !== undefined || delivery !== undefined || isCalledInto(session),
  });
  const plan = planBox(input);
  runtime.check(plan);
  await noteFreshness(host, plan.image);
  const at = standing(session);
  const { declared } = (agent ?? session.tool)?.target.origin ?? {};
  const record: RunRecord = {
    run,
    box: plan.name,
    runtime: runtime.kind,
    place: runtime.place,
    image: plan.image,
    lifetime: plan.lifetime,
    phase: "starting",
    agent: agent?.target.name ?? "",
    ...(declared === undefined ? {} : { declared }),
    sharedAuth: project.sharedAuth && request.logsIn !== true,
    ...(session.guardKey === undefined ? {} : { guarded: true }),
    ...(agent ? { program: programNow(agent.install) } : {}),
    conversation: agent !== undefined &&
      (request.prompt ? !agent.target.prompting?.forgets : request.words.length === 0),
    services: Object.fromEntries(plan.services.map(({ name, options }) => [name, options])),
    has: keptSettings(session.settings, request.entrypoint, {
      "box.crab": agent?.target.name ?? "",
      "box.security": plan.security.profile,
      "persistence": plan.lifetime,
    }),
    // Those of a new project are there by now.
    ...(session.configured ? { configured: stampsOf(session.configured) } : {}),
    startedAt: Date.now(),
    ...(plan.workdir === BOX_WORKSPACE ? {} : { workspace: plan.workdir }),
    ...(at === undefined || !agent ? {} : { at }),
    shown: [project.path, ...sharedSources(input.shared), ...input.comms ? [input.comms.folder] : []],
  };
  return { session, input, plan, record, delivery, folder: runFolder(project.state, run) };
}

/** Takes a step back. */
export type Undo = () => Promise<void>;

/** What the steps make for what follows. */
export interface Made {
  mailbox?: Mailbox;
  /** The record as it was written. */
  record?: RunRecord;
  /** Keeps what was seen of the project before the start, which can wait until the engine works. */
  keepLook?: () => Promise<void>;
}

/** One step before a start. */
export interface Step {
  /** For people who read logs, and for tests. */
  readonly name: string;
  run(prepared: Prepared, made: Made): Promise<Undo | void>;
}

/** The run of what was prepared, once its mailbox is there. */
export function runOf({ session, record }: Prepared, made: Made): Run {
  const { host, project, runtime } = session;
  const { mailbox } = made;
  if (!mailbox) throw new Error("a run without its mailbox");
  return { host, box: project.id, state: project.state, record: made.record ?? record, runtime, mailbox };
}

/** Takes steps and remembers how to take them back. */
export class TakenSteps implements AsyncDisposable {
  readonly #undo: { readonly name: string; readonly undo: Undo }[] = [];
  /** What the steps have made. */
  readonly made: Made = {};

  /** Takes every step in order. When one fails, those before are taken back by disposing of this. */
  async take(prepared: Prepared, steps: readonly Step[]): Promise<void> {
    for (const { name, run } of steps) {
      const undo = await run(prepared, this.made);
      if (undo) this.#undo.push({ name, undo });
    }
  }

  /** What was done stays. */
  keep(): void {
    this.#undo.length = 0;
  }

  /** Takes back what has not been kept, the latest first. One that fails does not stop the others. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { undo } of this.#undo.splice(0).reverse()) {
      await undo().catch(() => {});
    }
  }
}
