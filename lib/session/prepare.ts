/**
 * From a session to a plan, and the steps that come before a box is started. The plan is computed without creating anything; each
 * step has a name, and says what takes it back where leaving it would matter.
 *
 * @module
 */

import { stampsOf } from "../config/stamps.ts";
import { openCrabFile } from "../crab/file.ts";
import { checkBeforeLaunch } from "../project/launch_guard.ts";
import { KanibakoError } from "../host/error.ts";
import { planBox } from "../plan/plan.ts";
import { commsAreReady } from "../plan/comms.ts";
import { isSealed } from "../plan/sealed.ts";
import { makeMissing } from "../plan/shared_folders.ts";
import { makeSharedResources } from "../plan/shared_resources.ts";
import { clearRun, readRun, type RunRecord, writeRun } from "../run/record.ts";
import { settleRuns } from "../run/protect.ts";
import { marksOf } from "../run/mounted.ts";
import { newRunId, type Run, runFolder } from "../run/run.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { warning } from "../spec/ui.ts";
import { type BoxDelivery, boxDelivery } from "./box_delivery.ts";
import { noteFreshness } from "./freshness.ts";
import { isCalledInto, type Session } from "./gather.ts";
import { type GatheredInput, planInput, sharedAndNested } from "./plan_input.ts";
import { makeMountPoints } from "./mount_points.ts";
import { forgetLook, lookBeforeRun } from "./report.ts";
import { keptSettings } from "./running_options.ts";
import { standing } from "./standing.ts";
import { snapshotBefore } from "./snapshot.ts";
import { programNow } from "./replaced_agent.ts";
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
  if (!request.scratch) checkBeforeLaunch(host, project);
  const beyond = session.beyond.find(({ refusal }) => refusal)?.refusal;
  if (beyond) throw beyond;
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
    shown: [project.path, ...sharedFolders(input), ...input.comms ? [input.comms.folder] : []],
  };
  return { session, input, plan, record, delivery, folder: runFolder(project.state, run) };
}

/** What a box must not have another one of than is here: what is its own, and what is shared with it. */
function mountedPaths(input: GatheredInput): string[] {
  const { home, workspace, vault } = input.box;
  const own = [workspace?.path, home, vault?.readOnly, vault?.readWrite];
  return [...own.filter((path) => path !== undefined), ...sharedFolders(input)];
}

function sharedFolders({ shared }: GatheredInput): string[] {
  return [...shared.shares, ...shared.caches].map(({ source }) => source);
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

/** The steps in their order. Those without an undo make what is wanted at the next start just the same. */
const STEPS: readonly Step[] = [
  {
    name: "crab file",
    run: async ({ session: { host, agent, tool } }) => {
      const here = agent ?? tool;
      if (here) await (await import("./find_agent.ts")).rememberAgent(host, here);
      if (agent && !agent.crab) await openCrabFile(host.system.paths, agent.target);
    },
  },
  {
    name: "tweakcc",
    run: async ({ session: { host }, input: { agent } }) => {
      if (agent?.unmade) await (await import("./tweaked.ts")).makeCopy(host, agent.unmade);
    },
  },
  {
    name: "browser",
    run: async ({ session, input: { browser } }) => {
      if (browser === undefined) return;
      const { getRig } = await import("./get_rig.ts");
      const image = await getRig(session, session.settings.browserImage, "box.browser_image");
      if (image !== browser) throw new KanibakoError("stale", "The image of the browser is there only now.");
    },
  },
  {
    name: "warnings",
    run: ({ session: { host }, input }) => {
      for (const text of input.warnings) warning(host.ui, "plan-warning", { text });
      return Promise.resolve();
    },
  },
  {
    name: "ports",
    run: async ({ session: { host, project }, plan: { ports } }) => {
      if (ports.length > 0) {
        await (await import("../run/ports/assert_free.ts")).assertFree(host, project.state, ports);
      }
    },
  },
  {
    name: "nested projects",
    run: async ({ session: { host }, input: { seen } }) => {
      if (seen.size > 0) await (await import("../project/nested/recorded.ts")).rememberTrees(host, seen);
    },
  },
  {
    name: "git data",
    run: async ({ session: { project }, input: { git, gitFolders }, plan: { user } }) => {
      if (gitFolders.length > 0) {
        await (await import("../project/git/confirmed.ts")).confirmFolders(project.state, gitFolders);
      }
      for (const repository of git?.repositories ?? []) {
        if (repository.front) await (await import("./git_front.ts")).makeGitFront(repository, user);
      }
    },
  },
  { name: "snapshot", run: ({ session }) => snapshotBefore(session) },
  {
    name: "shared resources",
    run: ({ input, plan }) => makeSharedResources(input.sharedResources, plan.user),
  },
  { name: "share folders", run: ({ input, plan }) => makeMissing(input.missing, plan.user) },
  {
    name: "messages",
    run: async ({ session: { host }, input: { comms } }) => {
      if (!comms || commsAreReady(comms)) return;
      const { makeMailbox } = await import("../comms/folder.ts");
      try {
        await makeMailbox(comms.folder, comms.mailbox);
      } catch (error) {
        // What another box has put there keeps nobody from starting.
        if (!(error instanceof KanibakoError)) throw error;
        warning(host.ui, "plan-warning", { text: `This box has no mailbox. ${error.message}` });
      }
    },
  },
  {
    name: "protected places",
    run: async ({ session: { host, project, runtime }, input: { kept }, plan }) => {
      if (!kept) return;
      const { holdPlaces } = await import("../protect/hold.ts");
      await holdPlaces(project.state, kept, ({ path }) => isSealed(plan, project.path, path));
      return () => settleRuns({ host, box: project.id, state: project.state, runtime }, kept.run);
    },
  },
  { name: "mount points", run: ({ session, plan }) => makeMountPoints(session, plan) },
  {
    name: "look",
    run: async ({ session, record }, made) => {
      const keep = await lookBeforeRun(session, record.run);
      if (keep) made.keepLook = keep;
      return () => forgetLook(session, record.run);
    },
  },
  {
    // The door reads both when it opens: a supervisor that is still there opens it as soon as there is a record.
    name: "network rules",
    run: async ({ session: { host, project, settings }, input, plan: { network }, record }) => {
      if (network.kind !== "filtered") return;
      const [{ writeNetwork, writeRunNetwork }, { proxyProblem, proxyWords }, { readCertificates }] =
        await Promise.all([
          import("./network_files.ts"),
          import("../net/proxy.ts"),
          import("../net/certificates.ts"),
        ]);
      await readCertificates(settings.door.ca.value);
      const proxy = proxyWords((name) => Deno.env.get(name));
      const problem = proxyProblem(proxy);
      if (problem !== undefined) warning(host.ui, "plan-warning", { text: problem });
      const rules = network.rules.filter((rule) => !input.runRules.includes(rule));
      const { interception } = input;
      if (interception) await (await import("./secrets.ts")).keepInterception(project.state, interception);
      const looks = {
        secrets: (interception?.secrets ?? []).map(({ from: _, ...secret }) => secret),
        agents: [...interception?.agents ?? []],
      };
      await writeNetwork(project.state, () => Promise.resolve({ rules, settings, proxy, looks }));
      await writeRunNetwork(project.state, record.run, input.runRules);
    },
  },
  {
    // What is handed in is to be the same for as long as the box lives.
    name: "guarded login",
    run: async ({ session: { project, guardKey } }) => {
      if (guardKey === undefined) return;
      await (await import("../secret/placeholder.ts")).keepPlaceholderKey(project.state, guardKey);
    },
  },
  {
    name: "mailbox",
    run: async ({ session, plan, record, folder, delivery }, made) => {
      const { runtime, project } = session;
      const mailbox = made.mailbox = await runtime.prepareMailbox(plan, folder);
      if (delivery) await recorded(session, folder, delivery);
      if (plan.lifetime === "persistent" && Object.values(plan.env).some(({ secret }) => secret)) {
        const { keepSecrets } = await import("../run/secret_values.ts");
        await keepSecrets(folder, plan);
      }
      return async () => {
        if (!await mailbox.alive()) await mailbox.remove();
        await mailbox[Symbol.asyncDispose]();
        const { sweepRuns } = await import("../run/sweep.ts");
        await sweepRuns(project.state, (await readRun(project.state))?.run, { latest: record.run, runtime });
      };
    },
  },
  {
    name: "record",
    run: async ({ session: { project }, input, record }, made) => {
      // Not before: some of the folders have only just been made.
      made.record = { ...record, mounted: marksOf(mountedPaths(input)) };
      await writeRun(project.state, made.record);
      return () => clearRun(project.state, record.run);
    },
  },
  {
    name: "network rules set meanwhile",
    run: async ({ session, input, plan: { network } }) => {
      if (network.kind !== "filtered") return;
      const { host, project, settings, agent, tool, foreign } = session;
      const [{ writeLaterNetwork }, { proxyWords }] = await Promise.all([
        import("./network_files.ts"),
        import("../net/proxy.ts"),
      ]);
      const writable = [project.path, ...sharedFolders(input), ...input.comms ? [input.comms.folder] : []];
      await writeLaterNetwork(
        {
          host,
          settings,
          agent: (agent ?? tool)?.target ?? session.ownAgent,
          writable,
          foreign: foreign !== undefined,
        },
        { state: project.state, place: project, proxy: proxyWords((name) => Deno.env.get(name)) },
      );
    },
  },
  {
    // A project may have been made in a share since it was looked for. Whoever makes one looks at the records of runs first.
    name: "nested projects again",
    run: async ({ session, input }) => {
      const { host, request } = session;
      if (sharedFolders(input).length === 0 && !request.scratch) return;
      await (await import("../project/registry.ts")).updateRegistry(host, () => {});
      const { nested } = await sharedAndNested(session);
      const isSame = JSON.stringify([...nested.byRoot]) === JSON.stringify([...input.nested]);
      if (!isSame) throw new KanibakoError("stale", "A project was made in a folder that the box is shown.");
    },
  },
];

/** Notes what is handed in, for when the box has taken it. */
async function recorded(session: Session, folder: string, given: BoxDelivery): Promise<void> {
  const [{ recordLogins }, { recordDelivery }] = await Promise.all([
    import("./delivery.ts"),
    import("../crab/delivery_record.ts"),
  ]);
  await recordLogins(session, given);
  if (given.delivery) await recordDelivery(folder, given.delivery);
  if (given.own) await (await import("../crab/own/seen.ts")).keepNeeds(folder, given.own);
}

/** The run of what was prepared, once its mailbox is there. */
export function runOf({ session, record }: Prepared, made: Made): Run {
  const { host, project, runtime } = session;
  const { mailbox } = made;
  if (!mailbox) throw new Error("a run without its mailbox");
  return { host, box: project.id, state: project.state, record: made.record ?? record, runtime, mailbox };
}

/** Takes steps and remembers how to take them back. */
export class Steps implements AsyncDisposable {
  readonly #undo: { readonly name: string; readonly undo: Undo }[] = [];
  /** What the steps have made. */
  readonly made: Made = {};

  /** Takes every step in order. When one fails, those before are taken back by disposing of this. */
  async take(prepared: Prepared, steps: readonly Step[] = STEPS): Promise<void> {
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
