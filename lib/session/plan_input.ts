/**
 * From a session to what its plan is made from: every part of the plan finds here what it has to know. Creates nothing, asks no engine.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { self } from "../host/self.ts";
import { identityOf } from "../project/identity.ts";
import { conversationMark } from "../crab/steps.ts";
import { workspacePlace } from "../plan/workspace_place.ts";
import { readRigRecords, type RigRecord } from "../rig/records.ts";
import { configuredPrefix, recordOf, referenceFor } from "../rig/reference.ts";
import { commsOf } from "../plan/comms.ts";
import { findShared, type Shared, sharedSources } from "../plan/shared_folders.ts";
import { hasVault, hasVaultAlready } from "../plan/own_vault.ts";
import { type NestedProjects, nestedProjects } from "../project/nested/nested.ts";
import type { SeenTree } from "../project/nested/recorded.ts";
import { protectedPaths } from "../plan/protected_paths.ts";
import { gitAccess } from "./git_access.ts";
import { markOf } from "../run/mounted.ts";
import { runFolder } from "../run/run.ts";
import { interceptionFor, rulesOf } from "./network_input.ts";
import { helpersOf } from "./helpers.ts";
import { hasAnotherAgent } from "./stand_in.ts";
import { standing, standingAt } from "./standing.ts";
import { surroundingsOf } from "./surroundings.ts";
import { unenforced } from "./unenforced.ts";
import type { CalledAgent, FoundAgent } from "./find_agent.ts";
import { foreignWarning } from "./foreign.ts";
import { boxLabels, folderLabels, ownerMark } from "../runtime/labels.ts";
import type { Manifest } from "../protect/manifest.ts";
import { bind, type PlanInput, type Work } from "../plan/parts/part.ts";
import { isAwaited } from "../plan/parts/steward.ts";
import { chooseSecurity, profileName } from "../plan/security.ts";
import { targetSource } from "../plan/target_source.ts";
import { sharedResources } from "../plan/shared_resources.ts";
import { PROFILES } from "../spec/profiles.ts";
import { BOX_HOME } from "../spec/box_paths.ts";
import { fromFlag, fromPart, sourceText } from "../spec/source.ts";
import type { BoxInterception } from "../spec/box_secrets.ts";
import type { BoxIdentity } from "../spec/identity.ts";
import type { HandedFile, NetworkRule } from "../spec/box_spec.ts";
import { handsGroupOn, userMapping } from "../plan/user.ts";
import { warning } from "../spec/ui.ts";
import { isCalledInto, isInteractive, type Session, SHELL_DEFAULT } from "./gather.ts";

/** What a plan is made from, and what is to be done and said before it is carried out. */
export interface GatheredInput extends PlanInput {
  /** Folders of shares that are to be made. */
  readonly missing: readonly string[];
  /** What was asked for and cannot be had; one sentence each. */
  readonly warnings: readonly string[];
  /** What is to be remembered of the projects in its reach. */
  readonly seen: ReadonlyMap<string, SeenTree>;
  /** Folders of git data that the user has agreed to show with this start. */
  readonly gitFolders: readonly string[];
  /** What is to be kept of the places that are protected. */
  readonly kept?: Manifest;
  /** The text for standard input, where the agent takes its prompt from there. */
  readonly stdin?: string;
  readonly interception?: BoxInterception;
  /** Of the rules of a filtered network those that end with the run. */
  readonly runRules: readonly NetworkRule[];
}

/** What a run hands in and takes out. */
export interface Exchange {
  /** The run's own id. */
  readonly run: string;
  /** Files handed in beside those that every run has, by path. */
  readonly handIn: ReadonlyMap<string, HandedFile>;
  /** Whether the box leaves something for the host. */
  readonly mailbox: boolean;
}

/** What the plan of a run is made from. */
export async function planInput(session: Session, exchange: Exchange): Promise<GatheredInput> {
  const { host, project, settings, runtime } = session;
  const box = identityOfSession(session);
  const { devContainer } = session;
  const brought = devContainer?.use;
  const ofFile = devContainer &&
    (await import("./devcontainer_plan.ts")).devContainerPlan(devContainer, session);
  const ownPlace = settings.workspacePath.level === "default" ? brought?.place : undefined;
  const place = ownPlace !== undefined
    ? ownPlace
    : workspacePlace(settings.workspacePath.value, box.workspace?.path);
  const at = standingAt(place, session) ?? (ownPlace === undefined ? undefined : brought!.at);
  const { standIn } = session.request;
  const worksFor = standIn?.role === "scratch" ? standIn.worksFor : undefined;
  const hideVault = worksFor ? await hasVaultAlready(worksFor) : await hasVault(project);
  const records = readRigRecords(host.dirs);
  const prefix = configuredPrefix(host);
  const [image, browser, user, groupFolder, owner, program, { shared, nested }, noWrite, around, data] =
    await Promise.all([
      session.image ?? records.then((all) => referenceFor(settings.image.value, all, prefix)),
      settings.browser.value && runtime.can.beside
        ? records.then((all) => referenceFor(settings.browserImage.value, all, prefix))
        : undefined,
      userMapping(runtime.can.userNamespace, project.path),
      handsGroupOn(project.path),
      ownerMark(host.dirs.state),
      self().then(async (one) => ({ mounts: await one.mounts(), inBox: one.inBox })),
      records.then((all) => sharedAndNested(session, recordOf(settings.image.value, all))),
      [project, ...worksFor ? [worksFor] : []].flatMap((one) => protectedPaths(host, one, hideVault)),
      surroundingsOf(host, project.path, session.foreign !== undefined),
      gitAccess(session, place, runFolder(project.state, exchange.run)),
    ]);
  const here = session.agent ?? session.tool;
  const agent = here && await partOf(session, here);
  const kept = await keptPlaces(session, exchange.run);
  const held = here && settings.own.conversations.value && !session.foreign
    ? await (await import("../plan/conversations.ts")).hostConversations(
      host,
      project.path,
      settings,
      here.target,
      place,
    )
    : {};
  const security = chooseSecurity(settings.security, runtime.can.userNamespace, groupFolder);
  const { images, warning: imageWarning } = settings.shareImages.value
    ? await (await import("./shared_images.ts")).sharedImages(session, security)
    : {};
  const comms = session.foreign || !runtime.can.hostMounts
    ? undefined
    : commsOf(host.system.paths.comms, box, settings, PROFILES[security.profile]);
  const rules = await rulesOf(session, shared, comms);
  const { interception, warning: secretWarning } = await interceptionFor(session, rules);
  const helpers = helpersOf(session, { rules: [...rules.standing, ...rules.ofRun], interception });
  const ssh = (session.request.flags.ssh ?? []).length > 0 || Object.keys(settings.ssh).length > 0
    ? await (await import("./ssh_access.ts")).sshAccess(session, around.knownHosts)
    : undefined;
  return {
    box,
    metadata: project.metadata,
    ...(standIn?.role === "helper" ? { hides: standIn.hides } : {}),
    ...(worksFor ? { hides: [worksFor.metadata, worksFor.home] } : {}),
    ...(standIn?.role === "scratch" && standIn.stays ? { stays: true } : {}),
    settings,
    image,
    ...(session.facts ? { facts: session.facts } : {}),
    user,
    security,
    countsEachUser: runtime.can.limits.pids === "each-user",
    labels: {
      ...boxLabels(box, owner, exchange.run, session.lifetime, session.agent?.target.name),
      ...folderLabels(markOf(project.path), place),
    },
    terminal: session.lifetime === "persistent" ? "none" : isInteractive(session) ? "tty" : "pipe",
    lifetime: session.lifetime,
    work: work(session, session.agent && agent?.command.args),
    ...(agent ? { agent } : {}),
    ...(agent?.command.input === undefined ? {} : { stdin: agent.command.input }),
    sharedAuth: project.sharedAuth,
    ...ofFile?.part,
    sharedResources: here && !session.foreign && !hasAnotherAgent(session.request.standIn) &&
        PROFILES[security.profile].mounts === "shared"
      ? sharedResources(host, project, settings, here.target)
      : [],
    ...(held.mount ? { conversations: held.mount } : {}),
    program: program.mounts.map(({ source, destination }) =>
      bind(source, destination, fromPart("this program"), { readOnly: true })
    ),
    ...(runtime.can.hostMounts
      ? { steward: { argv: [...program.inBox.command, "internal", "steward"], env: program.inBox.env } }
      : {}),
    ...(browser === undefined ? {} : { browser }),
    ...(images ? { images } : {}),
    called: isCalledInto(session),
    place,
    ...(ownPlace === undefined ? {} : { placeFrom: fromPart(devContainer!.file) }),
    ...(at === undefined ? {} : { at }),
    handIn: new Map([
      ...interception?.secrets.length
        ? (await import("./git_logins.ts")).withGitLogins(around.files, interception.secrets)
        : around.files,
      ...exchange.handIn,
      ...standIn?.role === "scratch" ? standIn.handIn ?? [] : [],
      ...session.facts?.certificates === false ? await (await import("./authorities.ts")).authorities() : [],
      ...ofFile?.files ?? [],
      ...helpers ? [[HELPERS_MARK, { content: "", mode: 0o644 }]] as const : [],
    ]),
    surroundings: around.env,
    knownHosts: around.knownHosts,
    // Where the box's command waits for a word of another process, that needs a place.
    mailbox: exchange.mailbox || isAwaited(settings) || interception !== undefined || helpers !== undefined ||
      ssh !== undefined,
    hideVault,
    nested: nested.byRoot,
    seen: nested.seen,
    shared,
    ...(comms ? { comms } : {}),
    ...(helpers ? { helpers } : {}),
    ...(data.git ? { git: data.git } : {}),
    gitFolders: data.confirm,
    protectedPaths: noWrite,
    ...kept,
    ...interception ? { interception } : {},
    ...ssh ? { ssh } : {},
    networkRules: [...rules.standing, ...rules.ofRun],
    runRules: rules.ofRun,
    missing: [...shared.missing, ...ofFile?.missing ?? []],
    warnings: [
      ...(session.foreign ? [foreignWarning(session.foreign)] : []),
      ...session.unfit ?? [],
      ...session.beyond.map(({ text }) => text),
      ...unenforced(session).map(({ text }) => text),
      ...shared.warnings,
      ...data.warnings,
      ...around.warning === undefined ? [] : [around.warning],
      ...agent?.warnings ?? [],
      ...held.warning === undefined ? [] : [held.warning],
      ...(imageWarning === undefined ? [] : [imageWarning]),
      ...(secretWarning === undefined ? [] : [secretWarning]),
    ],
    term: session.request.terminal?.type ?? DEFAULT_TERM,
  };
}

/** What an agent contributes. One that only stands beside a shell keeps no shell from being opened. */
async function partOf(
  session: Session,
  here: FoundAgent,
): Promise<CalledAgent | undefined> {
  const { host, project, settings, steps, request, agent, guardKey } = session;
  const { agentPart, keysFor } = await import("./find_agent.ts");
  const keys = project.sharedAuth && guardKey === undefined ? await keysFor(host, here.target) : {};
  if (agent) {
    const goesOn = steps.conversations.includes(conversationMark(agent.target.name, standing(session)));
    return { ...await agentPart(host, agent, settings, request, goesOn), keys };
  }
  try {
    return { ...await agentPart(host, here, settings, { words: [], flags: {} }, false), keys };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    warning(host.ui, "plan-warning", { text: `${error.message} This shell has no agent.` });
    return undefined;
  }
}

/** Shares and caches, and the projects that lie in these or in the workspace. `rig`: what is recorded of the box's rig. */
export async function sharedAndNested(
  session: Session,
  rig?: RigRecord,
): Promise<{ shared: Shared; nested: NestedProjects }> {
  const { host, project: { path }, settings } = session;
  const caches = rig?.caches;
  const shared = await findShared(
    session,
    caches && sharesCaches(session) ? { rig: settings.image.value, caches } : undefined,
  );
  return { shared, nested: await nestedProjects(host, [...new Set([path, ...sharedSources(shared)])], path) };
}

/** Whether a box takes part in the caches that its rig names: those that the settings name are taken from it before. */
function sharesCaches({ foreign, request, runtime, settings }: Session): boolean {
  const profile = profileName(settings.security, runtime.can.userNamespace);
  return !foreign && request.standIn?.role !== "helper" && PROFILES[profile].mounts === "shared";
}

/** What is protected of the workspace. Where nothing is, nothing is loaded for it. */
async function keptPlaces(
  { project, settings, request }: Session,
  run: string,
): Promise<Pick<GatheredInput, "kept" | "protection">> {
  const mode = settings.protect.value;
  if (mode === "none") return {};
  if (request.standIn?.role === "scratch" && request.standIn.worksFor) {
    throw new KanibakoError(
      "protected",
      `Cannot run in the project's folder: report.protect is ${mode} (${
        sourceText(settings.protect.from)
      }), and a box that is removed has no quarantine.`,
      { hint: ["Use the project's own box: kanibako shell -- CMD", "Or leave its folder out: --no-project"] },
    );
  }
  if (request.standIn) return {};
  const { protectedSources, protectionOf } = await import("../protect/protection.ts");
  const kept = await protectionOf(project.path, run, mode);
  return { kept, protection: { places: protectedSources(project.state, kept), from: settings.protect.from } };
}

/** What the box of a session is. */
function identityOfSession({ project, request }: Session): BoxIdentity {
  const identity = identityOf(project);
  const { standIn } = request;
  if (!standIn) return identity;
  const { role } = standIn;
  if (role === "scratch") return { ...identity, role };
  const { path } = project;
  return {
    ...identity,
    role,
    parent: standIn.parent,
    workspace: { path, ...(standIn.helper.workspace === "shared-ro" ? { readOnly: true } : {}) },
  };
}

/** Says in the box that it has a hub, as a name in what is handed in. */
const HELPERS_MARK = "helpers";

const DEFAULT_TERM = "xterm-256color";

function work(session: Session, agentArgs: readonly string[] | undefined): Work {
  const own = commandOf(session, agentArgs);
  const { standIn } = session.request;
  return standIn?.role === "helper"
    ? { ...own, argv: [HELPER_INIT, String(standIn.helper.number), ...own.argv] }
    : own;
}

/** What runs first in a helper. */
const HELPER_INIT = `${BOX_HOME}/playbook/scripts/helper-init.sh`;

function commandOf({ request, agent }: Session, agentArgs: readonly string[] | undefined): Work {
  if (request.entrypoint !== undefined) {
    return { kind: "command", argv: [request.entrypoint, ...request.words], from: fromFlag("--entrypoint") };
  }
  if (agent && agentArgs) {
    return {
      kind: "agent",
      argv: [agent.install.command ?? agent.target.entrypoint, ...agentArgs],
      from: targetSource(agent.target),
    };
  }
  return request.words.length > 0
    ? { kind: "command", argv: request.words, from: fromPart("your words") }
    : { kind: "shell", argv: ["/bin/bash"], from: SHELL_DEFAULT };
}
