/**
 * What a launch hands into the box's home, by way of the run's read-only folder.
 *
 * @module
 */

import {
  type DeliveryRequest,
  type HomeSeed,
  type PreparedDelivery,
  prepareDelivery,
} from "../crab/prepare.ts";
import type { OwnDelivery } from "../crab/own/delivery.ts";
import { hadLogin } from "../crab/collect_logins.ts";
import { readHostLogin } from "../crab/host_login.ts";
import { addSteps, readSteps } from "../crab/steps.ts";
import { KanibakoError } from "../host/error.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import type { Host } from "../config/system.ts";
import type { BoxFolders } from "../plan/box_folders.ts";
import { ownOf } from "./own.ts";
import type { FoundAgent } from "./find_agent.ts";
import type { Session } from "./gather.ts";
import { recordDelivery } from "../crab/delivery_record.ts";
import { type Run, runFolder } from "../run/run.ts";
import { info, warning } from "../spec/ui.ts";
import { resourceRoot, resourceScopes } from "../plan/shared_resources.ts";

/** What a start with these seeds hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export async function deliveryOf(
  session: Session,
  seeds: readonly HomeSeed[],
): Promise<PreparedDelivery | undefined> {
  const prepared = await prepare(session, session.agent, seeds, await ownOf(session));
  noteLogout(session, prepared?.logins ?? []);
  return prepared;
}

/** Says that a login is missing on this machine that the box was given before: the box has it still, and it is not taken back. */
function noteLogout({ host, project, agent, steps }: Session, logins: readonly string[]): void {
  if (!agent || !project.sharedAuth) return;
  const missing = agent.target.credentials.some((file) => hadLogin(steps, file) && !logins.includes(file.id));
  if (missing) info(host.ui, "logged-out", { agent: agent.target.displayName });
}

/** Hands what is new (a login renewed on the host) to a box that runs already; it is applied when a terminal attaches. */
export async function deliverToRunning(session: Session, { record, mailbox }: Run): Promise<void> {
  if (record.agent === "" || !record.sharedAuth) return;
  const target = findTarget(record.agent);
  const install = await target.detect(targetHost(session.host.dirs.home));
  if (!install) return;
  const steps = await readSteps(session.project.state);
  const prepared = await prepare({ ...session, steps }, { target, install, crab: undefined }, []);
  if (!prepared?.delivery) return;
  await recordLogins(session, prepared);
  const folder = runFolder(session.project.state, record.run);
  await recordDelivery(folder, prepared.delivery);
  await mailbox.put(prepared.files);
}

/** Records of which logins the host has one now, so that a logout is known as one. Usually it is known. */
export async function recordLogins({ project, steps }: Session, { logins }: PreparedDelivery): Promise<void> {
  if (logins.every((id) => steps.handedIn.includes(id))) return;
  await addSteps(project.state, { handedIn: logins });
}

/** Reads the host's login, unless a box could have put it there: then it is said, and no login is given. */
function loginReader({ host }: Session): DeliveryRequest["readLogin"] {
  const seen = targetHost(host.dirs.home);
  return async (path, maxBytes) => {
    try {
      const place = { home: host.dirs.home, path, boxFolders: () => foldersOf(host) };
      return await readHostLogin(place, maxBytes, (file, bytes) => seen.readText(file, bytes));
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      warning(host.ui, "plan-warning", { text: `${error.message} The box gets no login.` });
      return undefined;
    }
  };
}

async function foldersOf(host: Host): Promise<BoxFolders> {
  const { boxFolders } = await import("../plan/box_folders.ts");
  return await boxFolders(host);
}

function prepare(
  session: Session,
  agent: FoundAgent | undefined,
  seeds: readonly HomeSeed[],
  own?: OwnDelivery,
): Promise<PreparedDelivery | undefined> {
  const { host, project, settings, steps } = session;
  const scopes = agent ? resourceScopes(settings, agent.target) : {};
  const seen = targetHost(host.dirs.home);
  const readLogin = loginReader(session);
  return prepareDelivery({
    steps,
    ...(agent
      ? { agent: { target: agent.target, install: agent.install, template: settings.template.value } }
      : {}),
    host: {
      ...seen,
      readText: (path, most) => {
        const named = agent?.target.accountFiles?.find((file) => path === `${seen.home}/${file}`);
        return named === undefined ? seen.readText(path, most) : readLogin(named, most);
      },
    },
    readLogin,
    sharedAuth: project.sharedAuth,
    templates: host.system.paths.templates,
    ...(agent && !session.foreign && project.mode !== "standalone"
      ? { sharedResources: resourceRoot(host, agent.target) }
      : {}),
    homeSeeds: seeds,
    ...(own ? { own } : {}),
    scopes: Object.fromEntries(Object.entries(scopes).map(([path, { value }]) => [path, value])),
    sweep: settings.sweep.value,
  });
}
