/**
 * What a launch hands into the box's home, by way of the run's read-only folder.
 *
 * @module
 */

import type { OwnDelivery } from "../crab/own/delivery.ts";
import { type HomeSeed, type PreparedDelivery, prepareDelivery } from "../crab/prepare.ts";
import type { GuideFile } from "../crab/deliver.ts";
import { hadLogin } from "../crab/collect_logins.ts";
import { readHostLogin } from "../crab/host_login.ts";
import { addSteps } from "../crab/steps.ts";
import { KanibakoError } from "../host/error.ts";
import { targetHost } from "../../targets/discover.ts";
import { loginPath } from "../../targets/moved.ts";
import type { Target } from "../../targets/target.ts";
import type { Host } from "../config/system.ts";
import type { BoxFolders } from "../plan/box_folders.ts";
import { ownOf } from "./own.ts";
import type { FoundAgent } from "./find_agent.ts";
import type { Session } from "./gather.ts";
import { sharedHint } from "./guarding.ts";
import { readTrouble } from "../run/login_trouble.ts";
import { info, warning } from "../spec/ui.ts";
import { resourceRoot, resourceScopes } from "../plan/shared_resources.ts";

/** What a start with these seeds hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export async function deliveryOf(
  session: Session,
  seeds: readonly HomeSeed[],
): Promise<PreparedDelivery | undefined> {
  const prepared = await prepare(session, session.agent ?? session.tool, seeds, await ownOf(session));
  if (session.agent) await noteLogins(session, session.agent, prepared?.logins ?? []);
  return prepared;
}

/**
 * Says what the user should know of logins before a session: one is missing on this machine that the box was given before, which has
 * it still and does not give it back; or one of the box could not be given to this machine.
 */
async function noteLogins(
  session: Session,
  { target }: FoundAgent,
  logins: readonly string[],
): Promise<void> {
  const { host, project, steps } = session;
  if (!project.sharedAuth) return;
  const missing = target.credentials.some((file) => hadLogin(steps, file) && !logins.includes(file.id));
  if (missing) {
    return info(host.ui, "logged-out", { agent: target.displayName, guarded: session.login === "guarded" });
  }
  const shared = sharedHint({
    kind: session.login,
    guardsByDefault: project.guardsByDefault === true,
    network: session.settings.network.value,
    agent: target.displayName,
    first: steps.homeFiles[target.name] === undefined,
    before: session.withdraws === true,
  });
  if (shared !== undefined) info(host.ui, "hint", { text: shared });
  if (logins.length === 0 && steps.homeFiles[target.name] === undefined) {
    await noteOtherLogin(session, target);
  }
  const trouble = await readTrouble(project.state);
  if (trouble) warning(host.ui, "not-collected", { reason: trouble.text });
}

/** Says, when an agent first comes into a box, how it is logged in there without a login of the host's files. */
async function noteOtherLogin({ host, settings }: Session, target: Target): Promise<void> {
  const seen = targetHost(host.dirs.home);
  const keys = await target.keys?.(seen) ?? [];
  if (keys.length > 0) {
    return info(host.ui, "hint", {
      text: `${target.displayName} gets ${keys.join(", ")} of your environment as its login in this box.`,
    });
  }
  const { elsewhere, detail, hint, part } = await target.authStatus(seen);
  const has = part !== undefined && settings.own.parts.value.some((one) => one === part || one === "all");
  if (elsewhere && !has) {
    info(host.ui, "hint", {
      text: `${target.displayName} is logged in on this machine by ${detail}. ${hint ?? ""}`.trimEnd(),
    });
  }
}

/** Records of which logins the host has one now, so that a logout is known as one. Usually it is known. */
export async function recordLogins({ project, steps }: Session, { logins }: PreparedDelivery): Promise<void> {
  if (logins.every((mark) => steps.handedIn.includes(mark))) return;
  await addSteps(project.state, { handedIn: logins });
}

/** Reads a file of the host that says who the user is, unless a box could have put it there: then it is said, and nothing is given. */
function loginReader({ host }: Session): (path: string, maxBytes: number) => Promise<string | undefined> {
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

/** None where no setting wants them, or where the box may start no helpers. */
async function guides({ settings }: Session, target: Target): Promise<readonly GuideFile[]> {
  if (!settings.spawnGuide.value || !settings.allowHelpers.value) return [];
  return await (await import("./guides.ts")).guidesOf(target);
}

async function prepare(
  session: Session,
  agent: FoundAgent | undefined,
  seeds: readonly HomeSeed[],
  own?: OwnDelivery,
): Promise<PreparedDelivery | undefined> {
  const { host, project, settings, steps } = session;
  const scopes = agent ? resourceScopes(settings, agent.target) : {};
  const seen = targetHost(host.dirs.home);
  const readLogin = loginReader(session);
  const guarded = agent && session.guardKey !== undefined
    ? await (await import("./guard.ts")).guardedDelivery(session, agent.target)
    : undefined;
  const { fileKey } = session;
  const secretFiles = fileKey === undefined
    ? []
    : await (await import("./secret_files.ts")).secretFilesOf(session, fileKey);
  const accounts = agent?.target.accountFiles?.(seen) ?? [];
  // A shell has settings of its own, and the agent in it the home that it would have.
  const template = agent && !session.agent ? agent.crab?.template ?? "standard" : settings.template.value;
  return await prepareDelivery({
    steps,
    ...(agent ? { agent: { target: agent.target, install: agent.install } } : {}),
    // A box that a script makes for a moment is made of nothing of the user's.
    template: session.request.standIn?.role === "scratch" ? "empty" : template,
    host: {
      ...seen,
      readText: (path, most) => accounts.includes(path) ? readLogin(path, most) : seen.readText(path, most),
    },
    readLogin: (file) => readLogin(loginPath(file, seen), file.maxBytes),
    sharedAuth: project.sharedAuth,
    ...(guarded ? { guarded } : {}),
    secretFiles,
    ...(agent ? { guides: await guides(session, agent.target) } : {}),
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
