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
import { generalCrabFiles, readGeneralCrab } from "../crab/file.ts";
import { hasOtherKind, withoutGiven } from "../crab/given.ts";
import { readSteps, type Steps } from "../crab/steps.ts";
import { chosenRuntime } from "../run/used_runtimes.ts";
import type { TerminalWitness } from "../runtime/io.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { targets } from "../../targets/discover.ts";
import { exists } from "../host/path.ts";
import { shellQuote } from "../host/ui/text.ts";
import { OWN_AGENTS } from "../project/layout.ts";
import { locateProject } from "../project/locate.ts";
import type { Project } from "../project/project.ts";
import { type LoginKind, loginUnder } from "./guarding.ts";
import type { Prompt } from "./prompt.ts";
import { hasAnotherAgent, type HelperBox, type ScratchBox, type StandIn } from "./stand_in.ts";
import { withOwnLogin } from "./own_login.ts";
import { type SessionDevContainer, withDevContainer } from "./devcontainer.ts";
import type { FoundAgent } from "./find_agent.ts";
import type { Target } from "../../targets/target.ts";
import { type Foreign, foreignOwner, withoutLogin, withoutRoots } from "./foreign.ts";
import { profileName } from "../plan/security.ts";
import { type Beyond, underProfile } from "../config/under_profile.ts";
import type { ImageFacts } from "../spec/image_facts.ts";
import { fromFlag, fromPart, type Source } from "../spec/source.ts";
import { warning } from "../spec/ui.ts";

/** The source of what a shell is unless something says otherwise. */
export const SHELL_DEFAULT: Source = { kind: "default", when: "of shell" };

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
  /** A box that is no project's own: this stands in its place, and nothing of it is registered. */
  readonly standIn?: StandIn;
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
  /** The `devcontainer.json` of the project; absent where there is none, or it is not wanted. */
  readonly devContainer?: SessionDevContainer;
  /** The box is another user's: who that is, and what it does not get of what is set for all boxes. */
  readonly foreign?: Foreign;
  /** How the box comes by its login. */
  readonly login: LoginKind;
  /** The key of what stands in the box in the place of the host's login; absent where it has that itself, or none. */
  readonly guardKey?: string;
  /** The key of placeholders in files of the home; absent where none are wanted. */
  readonly fileKey?: string;
  /** What the box was given of the host's login is to be taken back first: it gets another kind of it now. */
  readonly withdraws?: true;
  /** What is set, and beyond what the security profile allows. */
  readonly beyond: readonly Beyond[];
  readonly lifetime: "ephemeral" | "persistent";
  readonly lifetimeFrom: Source;
  /** The reference of its image, where another one was got than its name stands for. */
  readonly image?: string;
  /** What is known of its image, where that is not ours. */
  readonly facts?: ImageFacts;
  /** What that image cannot do and is done without, one sentence each. */
  readonly unfit?: readonly string[];
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
    chosenRuntime(host, request.engine),
    request.standIn?.project ?? locateProject(host, request.project, request.cwd),
  ]);
  const asked = request.distinctAuth ? withOwnLogin(located) : located;
  const foreign = foreignOwner(runtime, asked.path);
  const project = foreign === undefined ? asked : withoutLogin(asked);
  const [read, steps] = await Promise.all([
    readLevels(host, configuredBy(request, project)),
    readSteps(project.state),
  ]);
  const { levels, devContainer } = await withDevContainer(
    { host, project, standIn: request.standIn, foreign: foreign !== undefined },
    read,
  );
  const passedOver = tellWithoutEffect(host.ui, levels, flags);
  const chosen = crabSetting(levels, flags);
  const own = request.standIn || foreign !== undefined
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
  const tool = agent || request.standIn?.role === "scratch"
    ? undefined
    : await (await import("./find_agent.ts")).findTool(host, chosen, { own, exists: project.exists });
  const another = hasAnotherAgent(request.standIn);
  const crab = agent && !another ? agent.crab : await readGeneralCrab(host.system.paths);
  for (const [name, why] of crab?.missing ?? []) {
    warning(host.ui, "no-effect", { name: `${name} (crab ${crab!.id})`, why });
  }
  const set = settingsFrom(levels, crab, flags, tool?.crab);
  const all = request.standIn?.role === "helper"
    ? await granted(set, request.standIn)
    : request.standIn?.narrowing
    ? await narrowed(set, request.standIn.narrowing)
    : set;
  const { settings: given, left } = foreign === undefined ? { settings: all, left: [] } : withoutRoots(all);
  const { settings, beyond } = underProfile(given, profileName(given.security, runtime.can.userNamespace), {
    networks: runtime.can.networks,
    locale: hostLocale(),
  });
  const login = await loginUnder(settings, project, (agent ?? tool)?.target, host.dirs.home);
  const guardKey = login === "guarded" && !request.logsIn
    ? await (await import("../secret/placeholder.ts")).placeholderKeyFor(project.state)
    : undefined;
  const wantsFiles = (flags.secretFiles ?? []).length > 0 || Object.keys(settings.secretFiles).length > 0;
  const fileKey = wantsFiles
    ? guardKey ?? await (await import("../secret/placeholder.ts")).placeholderKeyFor(project.state)
    : undefined;
  const changes = project.sharedAuth && !request.logsIn && hasOtherKind(steps, guardKey !== undefined);
  return {
    request,
    host,
    project,
    settings,
    login,
    ...(guardKey === undefined ? {} : { guardKey }),
    ...(fileKey === undefined ? {} : { fileKey }),
    runtime,
    agent,
    tool,
    ...(ownAgent ? { ownAgent } : {}),
    ...(devContainer ? { devContainer } : {}),
    steps: changes ? withoutGiven(steps) : steps,
    ...(changes ? { withdraws: true } : {}),
    ...(foreign === undefined ? {} : { foreign: { uid: foreign, left } }),
    beyond,
    passedOver,
    ...(project.mode === "standalone" ? {} : { configured: filesOf(host, levels) }),
    ...lifetimeOf(request, settings, agent),
  };
}

/** Whose settings the box has. */
function configuredBy({ standIn }: SessionRequest, project: Project): Project {
  if (standIn?.role === "scratch") return standIn.worksFor ?? project;
  return standIn ? standIn.director : project;
}

async function granted(settings: Settings, helper: HelperBox): Promise<Settings> {
  return (await import("./under_grant.ts")).underGrant(settings, helper);
}

async function narrowed(
  settings: Settings,
  { by, file }: NonNullable<ScratchBox["narrowing"]>,
): Promise<Settings> {
  return (await import("./narrowed_settings.ts")).narrowedSettings(settings, by, file);
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
