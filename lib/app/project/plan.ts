/**
 * What a session would get. Creates nothing; asks an engine only about a rig that was never used here.
 *
 * @module
 */

import type { OwnDelivery } from "../../crab/own/delivery.ts";
import { maskedPlan } from "../../plan/masked.ts";
import type { Work } from "../../plan/parts/part.ts";
import { planBox } from "../../plan/plan.ts";
import { findSeeds, seedProblem } from "../../plan/shared_folders.ts";
import { checkWorkspace } from "../../project/guard.ts";
import { checkBeforeLaunch } from "../../project/launch_guard.ts";
import type { Project } from "../../project/project.ts";
import { boxDelivery } from "../../session/box_delivery.ts";
import type { LoginKind } from "../../session/guarding.ts";
import { gather, type Session, type SessionRequest } from "../../session/gather.ts";
import { planInput } from "../../session/plan_input.ts";
import { withOrigin } from "../../session/get_rig.ts";
import { notPlanned } from "../../session/devcontainer_plan.ts";
import { meets, type Met } from "../../session/join.ts";
import { checkMakeable } from "../../rig/prepare.ts";
import { findRig, viewRigs } from "../../rig/lookup.ts";
import { isBundled, isRecorded } from "../../rig/reference.ts";
import { imagesOf } from "../../runtime/open.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type { Source } from "../../spec/source.ts";

/** Something of the host that is copied into the home. */
export interface PlannedSeed {
  /** Its place in the home. */
  readonly path: string;
  /** Its path on the host. */
  readonly source: string;
  readonly from: Source;
}

/** A plan, and what beside it is worth knowing. */
export interface SessionPlan {
  readonly project: Project;
  /** The box, secrets masked. */
  readonly spec: BoxSpec;
  readonly runtime: {
    readonly kind: string;
    /** Whether root of the box is another user than root of the host. */
    readonly rootless: boolean;
  };
  readonly imageFrom: Source;
  readonly lifetimeFrom: Source;
  /** The words the box runs behind its housekeeping script. */
  readonly work: Work;
  readonly seeds: readonly PlannedSeed[];
  /** How the box comes by its login. */
  readonly login: LoginKind;
  /** Secrets that it uses in the same way, and where. */
  readonly secrets: readonly { readonly name: string; readonly binding: string; readonly from: Source }[];
  /** Keys of the user's ssh agent that it may use, by host. */
  readonly ssh: readonly { readonly host: string; readonly keys: readonly string[]; readonly from: Source }[];
  /** What cannot be done as planned, in sentences. */
  readonly warnings: readonly string[];
  /** How the rig would be had, where it is not here; absent where it is, or nobody can tell. */
  readonly rigWouldBe?: "pulled" | "built";
  /** What this call would meet now, as the box runs already; absent when it does not run. The plan is that of the next start. */
  readonly meets?: Met;
}

/** How the rig would be had. Throws what a start would throw for one that cannot be. The images are only asked for where it was never used here. */
async function rigToHave(
  { host, project, runtime, settings, devContainer }: Session,
): Promise<"pulled" | "built" | undefined> {
  const { value } = settings.image;
  if (devContainer?.use?.image === value) return undefined;
  if (await isRecorded(host, value)) return undefined;
  const store = imagesOf(runtime);
  // An engine that does not answer is for a start to report.
  const view = await viewRigs(host, store).catch(() => undefined);
  if (!view) return undefined;
  const rig = await findRig(view, store, value);
  if (rig.status === "ready") return undefined;
  try {
    checkMakeable(rig, view);
  } catch (error) {
    throw withOrigin(error, project, settings.image);
  }
  return rig.status === "pull" ? "pulled" : "built";
}

/** What of the user's own configuration is copied, or put into a file of the box. */
async function ownSeeds(
  { host, settings: { own }, agent, tool }: Session,
  given: OwnDelivery,
): Promise<PlannedSeed[]> {
  const { hostOf } = await import("../../plan/own_host.ts");
  const { place } = hostOf(host, (agent ?? tool)!.target);
  return [
    ...given.own.parts.map(({ path }) => ({ path, source: place(path), from: own.parts.from })),
    ...given.own.servers.filter(({ servers }) => Object.keys(servers).length > 0)
      .map(({ path, kind }) => ({ path, source: place(path), from: own[kind].from })),
  ];
}

/** Plans a session. Throws what a launch would throw before it begins. */
export async function planSession(request: SessionRequest): Promise<SessionPlan> {
  const asked = await gather(request);
  const session = isBundled(asked.settings.image.value)
    ? asked
    : await (await import("../../session/fit.ts")).fitted(asked);
  const { project, host, runtime } = session;
  // What a launch would refuse has no plan.
  if (!project.exists) await checkWorkspace(host, project.path, { standalone: false, allowHome: false });
  else if (!request.standIn) checkBeforeLaunch(host, project);
  if (session.devContainer?.refusal) throw session.devContainer.refusal;
  const delivery = await boxDelivery(session);
  const input = await planInput(session, {
    run: "RUN",
    handIn: delivery?.files ?? new Map(),
    mailbox: session.agent !== undefined || delivery !== undefined || session.lifetime === "persistent",
  });
  const spec = planBox(input);
  runtime.check(spec);
  const found = await findSeeds(session, session.steps.seeds, false);
  const met = await meets(session);
  const rigWouldBe = met ? undefined : await rigToHave(session);
  return {
    ...(met ? { meets: met } : {}),
    ...(rigWouldBe ? { rigWouldBe } : {}),
    project,
    spec: maskedPlan(spec),
    runtime: { kind: runtime.kind, rootless: runtime.can.userNamespace },
    imageFrom: session.settings.image.from,
    lifetimeFrom: session.lifetimeFrom,
    work: input.work,
    seeds: [
      ...found.filter(({ found }) => found.kind !== "missing")
        .map(({ path, found, from }) => ({ path, source: found.path, from })),
      ...delivery?.own ? await ownSeeds(session, delivery.own) : [],
    ],
    login: session.login,
    secrets: (input.interception?.secrets ?? []).map(({ name, binding, from }) => ({ name, binding, from })),
    ssh: (input.ssh?.grants ?? []).map(({ host, keys }) => ({ host, keys, from: input.ssh!.from })),
    warnings: [
      ...session.devContainer ? notPlanned(session.devContainer, project.path) : [],
      ...input.warnings,
      ...found.flatMap(seedProblem),
    ],
  };
}
