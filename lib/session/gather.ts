/**
 * Gathers everything that decides a plan. Reads our own state and the host; creates nothing, asks no engine.
 *
 * @module
 */

import type { FlagSettings, Settings } from "../config/settings.ts";
import { type LevelFile, readLevels } from "../config/levels.ts";
import { tellWithoutEffect } from "../config/no_effect.ts";
import { crabSetting, settingsFrom } from "../config/resolve.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { generalCrabFiles, readGeneralCrab } from "../crab/file.ts";
import { readSteps, type Steps } from "../crab/steps.ts";
import { openRuntime } from "../runtime/open.ts";
import type { TerminalWitness } from "../runtime/io.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { self } from "../host/self.ts";
import { targets } from "../../targets/discover.ts";
import { exists } from "../host/path.ts";
import { shellQuote } from "../host/ui/text.ts";
import { OWN_AGENTS } from "../project/layout.ts";
import { identityOf } from "../project/identity.ts";
import { locateProject } from "../project/locate.ts";
import type { Project } from "../project/project.ts";
import { rigReference } from "../rig/reference.ts";
import { commsOf } from "../plan/comms.ts";
import { findShared, type Shared } from "../plan/shared_folders.ts";
import { hasVault } from "../plan/own_vault.ts";
import { type NestedProjects, nestedProjects } from "../project/nested/nested.ts";
import type { SeenTree } from "../project/nested/recorded.ts";
import type { Prompt } from "./prompt.ts";
import { protectedPaths } from "../plan/protected_paths.ts";
import { standing } from "./standing.ts";
import { surroundingsOf } from "./surroundings.ts";
import { unenforced } from "./unenforced.ts";
import { withOwnLogin } from "./own_login.ts";
import type { CalledAgent, FoundAgent } from "./find_agent.ts";
import type { Target } from "../../targets/target.ts";
import { type Foreign, foreignOwner, foreignWarning, withoutLogin, withoutRoots } from "./foreign.ts";
import { boxLabels, ownerMark } from "../runtime/labels.ts";
import type { Manifest } from "../protect/manifest.ts";
import { bind, type Comms, type PlanInput, type Work } from "../plan/parts/part.ts";
import { isAwaited } from "../plan/parts/steward.ts";
import { chooseSecurity, profileName } from "../plan/security.ts";
import { type Beyond, underProfile } from "../config/under_profile.ts";
import { targetSource } from "../plan/target_source.ts";
import { sharedResources } from "../plan/shared_resources.ts";
import { PROFILES } from "../spec/profiles.ts";
import { fromFlag, fromPart, type Source, sourceText } from "../spec/source.ts";
import type { BoxIdentity } from "../spec/identity.ts";
import type { HandedFile, NetworkRule } from "../spec/box_spec.ts";
import { handsGroupOn, userMapping } from "../plan/user.ts";
import { warning } from "../spec/ui.ts";

const SHELL_DEFAULT: Source = { kind: "default", when: "of shell" };

/** What the user asked for. */
export interface SessionRequest {
  readonly host: Host;
  readonly cwd: string;
  /** A folder or a project's name; `cwd` when absent. */
  readonly project?: string;
  readonly kind: "agent" | "shell";
  readonly flags: FlagSettings;
  /** Replaces what the box runs; there is no agent then. */
  readonly entrypoint?: string;
  /** A text for the agent to work on, after which it ends. It has no terminal then. */
  readonly prompt?: Prompt;
  /** A script holds the box, and calls commands into it. */
  readonly held?: true;
  /** The words after `--`. */
  readonly words: readonly string[];
  /** What `--engine` said. */
  readonly engine?: string;
  /** For a new project: the box does not use the host's login. */
  readonly distinctAuth?: boolean;
  /** The command logs the agent in: what it leaves is for who asked, and no login of the host is to be had from the box meanwhile. */
  readonly logsIn?: true;
  /** A box without a project: this stands in its place, and nothing of it is registered. */
  readonly scratch?: Project;
  /** The terminal the box is to be shown on; absent when there is none. */
  readonly terminal?: {
    /** The variable `TERM`. */
    readonly type: string;
    /** Sees what the terminal shows. */
    readonly witness?: TerminalWitness;
  };
}

/** Everything known before a plan is made. */
export interface Session {
  readonly request: SessionRequest;
  readonly host: Host;
  readonly project: Project;
  readonly settings: Settings;
  readonly runtime: BoxRuntime;
  /** The agent that runs. */
  readonly agent: FoundAgent | undefined;
  /** The agent that a shell can call: it has its login and its variables, as if it ran. */
  readonly tool: FoundAgent | undefined;
  /** The agent that the project brings along and is set to use; also where none runs. */
  readonly ownAgent?: Target;
  readonly steps: Steps;
  /** The box is another user's: who that is, and what it does not get of what is set for all boxes. */
  readonly foreign?: Foreign;
  /** What is set, and beyond what the security profile allows. */
  readonly beyond: readonly Beyond[];
  readonly lifetime: "ephemeral" | "persistent";
  readonly lifetimeFrom: Source;
  /** Whether an option of this call was warned of, as it does nothing. */
  readonly passedOver: boolean;
  /** The files that the settings of a plain command in this box are from. Absent where a box may write one of them. */
  readonly configured?: readonly string[];
}

/** Whether there is a terminal to show the box on. */
export function isInteractive({ request }: Session): boolean {
  return request.terminal !== undefined;
}

/** Whether commands are going to be called into the box, as far as is known. */
export function isCalledInto({ lifetime, request }: Pick<Session, "lifetime" | "request">): boolean {
  return lifetime === "persistent" || request.held === true;
}

/** Gathers. A project that does not exist yet is described as it would be. */
export async function gather(request: SessionRequest): Promise<Session> {
  const { host, flags } = request;
  const withAgent = request.kind === "agent" && request.entrypoint === undefined;
  const [runtime, located] = await Promise.all([
    openRuntime(host.dirs, request.engine),
    request.scratch ?? locateProject(host, request.project, request.cwd),
  ]);
  const asked = request.distinctAuth ? withOwnLogin(located) : located;
  const foreign = foreignOwner(runtime, asked.path);
  const project = foreign === undefined ? asked : withoutLogin(asked);
  const [levels, steps] = await Promise.all([readLevels(host, project), readSteps(project.state)]);
  const passedOver = tellWithoutEffect(host.ui, levels, flags);
  const chosen = crabSetting(levels, flags);
  const own = request.scratch || foreign !== undefined
    ? []
    : await projectAgents(host, project, chosen.value, withAgent);
  const agent = withAgent
    ? await (await import("./find_agent.ts")).findAgent(host, chosen, {
      own,
      // Whoever asks for an answer does not get one.
      exists: project.exists || request.prompt !== undefined,
    })
    : undefined;
  const ownAgent = own.find(({ name }) => name === chosen.value);
  // What a script runs in a box of its own is nobody's to log in for.
  const tool = agent || request.scratch
    ? undefined
    : await (await import("./find_agent.ts")).findTool(host, chosen, { own, exists: project.exists });
  const crab = agent ? agent.crab : await readGeneralCrab(host.system.paths);
  for (const [name, why] of crab?.missing ?? []) {
    warning(host.ui, "no-effect", { name: `${name} (crab ${crab!.id})`, why });
  }
  const all = settingsFrom(levels, crab, flags, tool?.crab);
  const { settings: given, left } = foreign === undefined ? { settings: all, left: [] } : withoutRoots(all);
  const { settings, beyond } = underProfile(given, profileName(given.security, runtime.can.userNamespace), {
    networks: runtime.can.networks,
    locale: hostLocale(),
  });
  return {
    request,
    host,
    project,
    settings,
    runtime,
    agent,
    tool,
    ...(ownAgent ? { ownAgent } : {}),
    steps,
    ...(foreign === undefined ? {} : { foreign: { uid: foreign, left } }),
    beyond,
    passedOver,
    ...(project.mode === "standalone" ? {} : { configured: filesOf(host, levels) }),
    ...lifetimeOf(request, settings, agent),
  };
}

function filesOf(host: Host, levels: readonly LevelFile[]): string[] {
  return [
    ...generalCrabFiles(host.system.paths),
    ...levels.flatMap(({ file, env }) => env.file === undefined ? [file] : [file, env.file]),
  ];
}

/** What the project brings along, as far as it was approved. Throws `not-approved` where what is set was not, and there is no other of that name. */
async function projectAgents(
  host: Host,
  project: Project,
  chosen: string,
  withAgent: boolean,
): Promise<readonly Target[]> {
  if (!exists(`${project.path}/${OWN_AGENTS}`)) return [];
  const { AgentNotApproved, ownAgents } = await import("../project/own_agents.ts");
  const { approved, waiting } = await ownAgents(host.dirs, project);
  for (const agent of waiting) {
    const another = targets().some(({ name }) => name === agent.name);
    if (agent.name === chosen && !another && withAgent) throw new AgentNotApproved(project, agent);
    if (withAgent) {
      warning(host.ui, "agent-unapproved", {
        agent: agent.name,
        file: shellQuote(agent.file),
        path: project.path,
        another,
      });
    }
  }
  return approved;
}

/** The variables that say the language of the host. */
function hostLocale(): Record<string, string> {
  return Object.fromEntries(["LANG", "LC_ALL"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value ? [[name, value]] : [];
  }));
}

/**
 * A shell is for now, and so is an agent that only answers: its answer goes where the output goes, and there is nothing to come back
 * to. What is asked for by option is done; else an agent's session follows the configuration.
 */
function lifetimeOf(
  { kind, flags, words, prompt }: SessionRequest,
  { persistence }: Settings,
  agent: FoundAgent | undefined,
): Pick<Session, "lifetime" | "lifetimeFrom"> {
  if (flags.persistence) {
    return { lifetime: flags.persistence, lifetimeFrom: fromFlag(`--${flags.persistence}`) };
  }
  if (kind === "shell") return { lifetime: "ephemeral", lifetimeFrom: SHELL_DEFAULT };
  if (prompt) return { lifetime: "ephemeral", lifetimeFrom: fromPart("your prompt") };
  if (agent?.target.answers?.(words)) return { lifetime: "ephemeral", lifetimeFrom: fromPart("your words") };
  return { lifetime: persistence.value, lifetimeFrom: persistence.from };
}

/** What a plan is made from, and what is to be done and said before it is carried out. */
export interface GatheredInput extends PlanInput {
  /** Folders of shares that are to be made. */
  readonly missing: readonly string[];
  /** What was asked for and cannot be had; one sentence each. */
  readonly warnings: readonly string[];
  /** What is to be remembered of the projects in its reach. */
  readonly seen: ReadonlyMap<string, SeenTree>;
  /** What is to be kept of the places that are protected. */
  readonly kept?: Manifest;
  /** The text for standard input, where the agent takes its prompt from there. */
  readonly stdin?: string;
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
  const at = standing(session);
  const hideVault = await hasVault(project);
  const [image, browser, user, groupFolder, owner, program, { shared, nested }, noWrite, around] =
    await Promise.all([
      rigReference(host, settings.image.value),
      settings.browser.value && runtime.can.beside
        ? rigReference(host, settings.browserImage.value)
        : undefined,
      userMapping(runtime.can.userNamespace, project.path),
      handsGroupOn(project.path),
      ownerMark(host.dirs.state),
      self().then(async (one) => ({ mounts: await one.mounts(), inBox: one.inBox })),
      sharedAndNested(session),
      protectedPaths(host, project, hideVault),
      surroundingsOf(host, project.path, session.foreign !== undefined),
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
  return {
    box,
    metadata: project.metadata,
    settings,
    image,
    user,
    security,
    countsEachUser: runtime.can.limits.pids === "each-user",
    labels: boxLabels(box, owner, exchange.run, session.lifetime, session.agent?.target.name),
    terminal: session.lifetime === "persistent" ? "none" : isInteractive(session) ? "tty" : "pipe",
    lifetime: session.lifetime,
    work: work(session, session.agent && agent?.command.args),
    ...(agent ? { agent } : {}),
    ...(agent?.command.input === undefined ? {} : { stdin: agent.command.input }),
    sharedAuth: project.sharedAuth,
    sharedResources: here && !session.foreign && PROFILES[security.profile].mounts === "shared"
      ? sharedResources(host, project, settings, here.target)
      : [],
    ...(held.mount ? { conversations: held.mount } : {}),
    program: [
      ...program.mounts.map(({ source, destination }) =>
        bind(source, destination, fromPart("this program"), { readOnly: true })
      ),
    ],
    ...(runtime.can.hostMounts
      ? { steward: { argv: [...program.inBox.command, "internal", "steward"], env: program.inBox.env } }
      : {}),
    ...(browser === undefined ? {} : { browser }),
    ...(images ? { images } : {}),
    called: isCalledInto(session),
    ...(at === undefined ? {} : { at }),
    handIn: new Map([...around.files, ...exchange.handIn]),
    surroundings: around.env,
    // Where the box's command waits for a word of another process, that needs a place.
    mailbox: exchange.mailbox || isAwaited(settings),
    hideVault,
    nested: nested.byRoot,
    seen: nested.seen,
    shared,
    ...(comms ? { comms } : {}),
    protectedPaths: noWrite,
    ...kept,
    networkRules: [...rules.standing, ...rules.ofRun],
    runRules: rules.ofRun,
    missing: shared.missing,
    warnings: [
      ...(session.foreign ? [foreignWarning(session.foreign)] : []),
      ...session.beyond.map(({ text }) => text),
      ...unenforced(session).map(({ text }) => text),
      ...shared.warnings,
      ...around.warning === undefined ? [] : [around.warning],
      ...agent?.warnings ?? [],
      ...held.warning === undefined ? [] : [held.warning],
      ...(imageWarning === undefined ? [] : [imageWarning]),
    ],
    term: session.request.terminal?.type ?? DEFAULT_TERM,
  };
}

/** What an agent contributes. One that only stands beside a shell keeps no shell from being opened. */
async function partOf(
  { host, project, settings, steps, request, agent }: Session,
  here: FoundAgent,
): Promise<CalledAgent | undefined> {
  const { agentPart, keysFor } = await import("./find_agent.ts");
  const keys = project.sharedAuth ? await keysFor(host, here.target) : {};
  if (agent) {
    const goesOn = steps.conversations.includes(agent.target.name);
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

/** Shares and caches, and the projects that lie in these or in the workspace. */
export async function sharedAndNested(
  session: Session,
): Promise<{ shared: Shared; nested: NestedProjects }> {
  const { host, project: { path } } = session;
  const shared = await findShared(session);
  const roots = [...shared.shares, ...shared.caches].map(({ source }) => source);
  return { shared, nested: await nestedProjects(host, [...new Set([path, ...roots])], path) };
}

/** What is protected of the workspace. Where nothing is, nothing is loaded for it. */
async function keptPlaces(
  { project, settings, request }: Session,
  run: string,
): Promise<Pick<GatheredInput, "kept" | "protection">> {
  const mode = settings.protect.value;
  if (mode === "none" || request.scratch) return {};
  const { protectedSources, protectionOf } = await import("../protect/protection.ts");
  const kept = await protectionOf(project.path, run, mode);
  return { kept, protection: { places: protectedSources(project.state, kept), from: settings.protect.from } };
}

/** The rules of a filtered network. Where it is not filtered, nothing is loaded for it. */
async function rulesOf(
  { host, project, settings, agent, ownAgent, foreign, request }: Session,
  { shares, caches }: Shared,
  comms: Comms | undefined,
): Promise<{ readonly standing: readonly NetworkRule[]; readonly ofRun: readonly NetworkRule[] }> {
  const given = request.flags.allow ?? [];
  const { value, from } = settings.network;
  if (value !== "filtered") {
    if (given.length === 0) return { standing: [], ofRun: [] };
    throw new KanibakoError(
      "not-filtered",
      `Cannot use --allow: the network of this box is ${value} (${sourceText(from)}).`,
      { exitCode: 2, hint: "Rules are for a filtered network: --network filtered" },
    );
  }
  const { networkRules, rulesGiven } = await import("./network.ts");
  const written = [...shares.filter(({ readOnly }) => !readOnly), ...caches].map(({ source }) => source);
  const [ofRun, standing] = await Promise.all([
    rulesGiven(given),
    networkRules({
      host,
      settings,
      agent: agent?.target ?? ownAgent,
      writable: [project.path, ...written, ...comms ? [comms.folder] : []],
      foreign: foreign !== undefined,
    }),
  ]);
  return { standing, ofRun };
}

/** What the box of a session is. */
function identityOfSession({ project, request }: Session): BoxIdentity {
  const identity = identityOf(project);
  return request.scratch ? { ...identity, role: "scratch" } : identity;
}

const DEFAULT_TERM = "xterm-256color";

function work({ request, agent }: Session, agentArgs: readonly string[] | undefined): Work {
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
