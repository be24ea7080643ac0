/**
 * The steps before a box is started. Those that every start takes are here; what only some need is loaded for these.
 *
 * @module
 */

import { openCrabFile } from "../crab/file.ts";
import { KanibakoError } from "../host/error.ts";
import { commsAreReady } from "../plan/comms.ts";
import { isSealed } from "../plan/sealed.ts";
import { makeMissing, sharedSources } from "../plan/shared_folders.ts";
import { makeSharedResources } from "../plan/shared_resources.ts";
import { marksOf } from "../run/mounted.ts";
import { settleRuns } from "../run/protect.ts";
import { clearRun, readRun, writeRun } from "../run/record.ts";
import { warning } from "../spec/ui.ts";
import type { BoxDelivery } from "./box_delivery.ts";
import type { Session } from "./gather.ts";
import { makeHelperFolders } from "./helpers.ts";
import { makeMountPoints } from "./mount_points.ts";
import { type GatheredInput, sharedAndNested } from "./plan_input.ts";
import type { Step } from "./prepare.ts";
import { forgetLook, lookBeforeRun } from "./report.ts";
import { snapshotBefore } from "./snapshot.ts";

/** The steps in their order. Those without an undo make what is wanted at the next start just the same. */
export const STEPS: readonly Step[] = [
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
  {
    // Before a snapshot is taken of it.
    name: "login of another kind",
    run: async ({ session }) => {
      if (session.withdraws) await (await import("./guard.ts")).withdrawOtherKind(session);
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
  {
    name: "helper folders",
    run: async ({ input: { helpers }, plan }) => {
      if (helpers) await makeHelperFolders(helpers, plan.user);
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
      // Where nothing is looked into, nothing says so: such a box does not trust our certificates.
      const looks = interception
        ? {
          secrets: interception.secrets.map(({ from: _, ...secret }) => secret),
          agents: [...interception.agents],
        }
        : {};
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
    run: async ({ session, plan: { network }, record }) => {
      // What a helper may reach is what it was granted.
      if (network.kind !== "filtered" || session.request.standIn?.role === "helper") return;
      const { host, project, settings, agent, tool, foreign } = session;
      const [{ writeLaterNetwork }, { proxyWords }] = await Promise.all([
        import("./network_files.ts"),
        import("../net/proxy.ts"),
      ]);
      await writeLaterNetwork(
        {
          host,
          settings,
          agent: (agent ?? tool)?.target ?? session.ownAgent,
          writable: record.shown ?? [],
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
      if (sharedSources(input.shared).length === 0 && !request.standIn) return;
      await (await import("../project/registry.ts")).updateRegistry(host, () => {});
      const { nested } = await sharedAndNested(session);
      const isSame = JSON.stringify([...nested.byRoot]) === JSON.stringify([...input.nested]);
      if (!isSame) throw new KanibakoError("stale", "A project was made in a folder that the box is shown.");
    },
  },
];

/** What a box must not have another one of than is here: what is its own, and what is shared with it. */
function mountedPaths(input: GatheredInput): string[] {
  const { home, workspace, vault } = input.box;
  const own = [workspace?.path, home, vault?.readOnly, vault?.readWrite];
  return [...own.filter((path) => path !== undefined), ...sharedSources(input.shared)];
}

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
