/**
 * Finds the agent of a launch, and what it brings.
 *
 * @module
 */

import { sourceText } from "../spec/source.ts";
import { warning } from "../spec/ui.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { debug } from "../host/log.ts";
import type { CrabFile } from "../config/crab_file.ts";
import { readLevels } from "../config/levels.ts";
import { agentSettings, crabSetting } from "../config/resolve.ts";
import type { FlagSettings, Setting, Settings } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import { readCrabFile } from "../crab/file.ts";
import { BUILTIN } from "../../targets/builtin.ts";
import { chosenTarget, detectAgent, targetHost } from "../../targets/discover.ts";
import { knownPlugins } from "../../targets/known.ts";
import { loginPath } from "../../targets/moved.ts";
import type { AgentArguments, AgentInstall, PromptCommand, Target } from "../../targets/target.ts";
import type { Prompt } from "./prompt.ts";
import type { Project } from "../project/project.ts";
import type { AgentPart } from "../plan/parts/part.ts";

/** An agent that is there. */
export interface FoundAgent {
  readonly target: Target;
  readonly install: AgentInstall;
  /** Its crab file, once there is one. */
  readonly crab: CrabFile | undefined;
}

/** No agent is set and none is installed that a box can use. */
export class NoAgent extends KanibakoError {
  override name = "NoAgent";
  /** `unusable`: those that were found and cannot be used, each with why. `exitCode`: 0 where nothing was to be opened yet. */
  constructor(unusable: readonly string[], exitCode: number) {
    super(
      "no-agent",
      unusable.length > 0
        ? "No agent on this machine can be used in a box."
        : "There is no agent on this machine.",
      {
        exitCode,
        hint: [
          ...unusable,
          "Install one, such as Claude Code: npm install -g @anthropic-ai/claude-code",
          "To see what was found: kanibako crab list, kanibako crab diagnose",
          "Or work without an agent: kanibako shell",
        ],
      },
    );
  }
}

/** What a project has to do with which agent is found. */
export interface AgentScope {
  /** Agents that it brings along, approved. */
  readonly own: readonly Target[];
  /** Whether it is there already. */
  readonly exists: boolean;
}

/** The same of a project that is looked at alone. */
export async function agentScope(host: Host, project: Project): Promise<AgentScope> {
  const { ownAgents } = await import("../project/own_agents.ts");
  return { own: (await ownAgents(host.dirs, project)).approved, exists: project.exists };
}

/** The agent of a project that is looked at alone. Throws as {@link findAgent}. */
export async function agentOfProject(host: Host, project: Project): Promise<FoundAgent> {
  const crab = crabSetting(await readLevels(host, project), {});
  return await findAgent(host, crab, await agentScope(host, project));
}

/**
 * The agent that is set, or else the first that is installed. Throws `agent-missing` when the one set is not installed,
 * and {@link NoAgent} when there is none at all.
 */
export async function findAgent(
  host: Host,
  crab: Setting<string>,
  { own, exists }: AgentScope,
): Promise<FoundAgent> {
  const seen = targetHost(host.dirs.home);
  if (crab.value === "") {
    const unusable: string[] = [];
    const found = await detectAgent(
      seen,
      own,
      (target, why) => unusable.push(`${target.displayName}: ${why}`),
    );
    if (!found) throw new NoAgent([...unusable, ...problems()], exists ? 1 : 0);
    notePassedOver(host);
    notePython(host);
    return await withCrab(host, found.target, found.install);
  }
  const target = (await chosenTarget(crab.value, seen, own))!;
  if (!target.hasBinary) {
    throw new KanibakoError(
      "agent-missing",
      `${crab.value} is no agent, but a shell (${sourceText(crab.from)}).`,
      {
        hint: ["Open a shell: kanibako shell", "To list agents: kanibako crab list"],
      },
    );
  }
  notePython(host);
  const { install = target.provisioned, reason: why } = await target.find(seen) ?? {};
  if (!install) {
    throw new KanibakoError(
      "agent-missing",
      `${target.displayName} ${
        why === undefined
          ? "is not installed on this machine"
          : "cannot be used as it is installed on this machine"
      }, but it is what this box is set to use (${sourceText(crab.from)}).`,
      {
        hint: [
          why ?? "",
          target.installHint,
          "Or choose another agent: kanibako crab list, kanibako start --crab NAME",
          "Or work without an agent: kanibako shell",
        ].filter((line) => line !== ""),
      },
    );
  }
  return await withCrab(host, target, install);
}

async function withCrab(host: Host, target: Target, install: AgentInstall): Promise<FoundAgent> {
  return { target, install, crab: await readCrabFile(host.system.paths, target.name) };
}

/** The agent that a shell can call; `undefined` where there is none. A shell needs none, so nothing about it is an error. */
export async function findTool(
  host: Host,
  crab: Setting<string>,
  scope: AgentScope,
): Promise<FoundAgent | undefined> {
  try {
    return await findAgent(host, crab, scope);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    debug(() => `no agent for a shell: ${error.message}`);
    return undefined;
  }
}

/** What of the user's own agents cannot be read, one line each. */
function problems(): string[] {
  return [...knownPlugins().problems.values()].map(({ name, message }) => `${name}: ${message}`);
}

/** Says which of this program's agents were passed over, because the user's own file of that name cannot be used. */
function notePassedOver({ ui }: Host): void {
  for (const { name, message } of knownPlugins().problems.values()) {
    if (BUILTIN.includes(name)) warning(ui, "hint", { text: `The agent ${name} is not used: ${message}` });
  }
}

/** Says which plugins of the earlier program there are: nothing else of them is ever used. */
function notePython({ ui }: Host): void {
  for (const { name, message } of knownPlugins().problems.values()) {
    if (name.endsWith(".py")) {
      warning(ui, "hint", { text: `The plugin ${shellQuote(name)} has no effect: ${message}.` });
    }
  }
}

/** Keeps where PATH has an agent, for calls that have a shorter PATH. Usually it is known. Whoever only plans keeps nothing. */
export async function rememberAgent(host: Host, { target, install }: FoundAgent): Promise<void> {
  if (target.origin?.tier === "project" || install.binary === "") return;
  const seen = targetHost(host.dirs.home);
  const { name, names = [] } = target;
  const place = names.map((one) => seen.which(one)).find((one) => one !== undefined);
  if (place === undefined || seen.remembered?.(name) === place) return;
  await (await import("./remember_place.ts")).rememberPlace(host, name, place);
}

/** What is asked of an agent, of all that is asked of a session. */
interface Asked {
  readonly words: readonly string[];
  readonly flags: Pick<FlagSettings, "startMode">;
  readonly prompt?: Prompt;
}

/** An agent as a plan needs it, and what goes to its standard input. */
export interface CalledAgent extends AgentPart {
  readonly command: PromptCommand;
}

/** What the agent contributes to a plan. Throws `agent-mounts` when it is there but nothing of it can be mounted. */
export async function agentPart(
  host: Host,
  found: FoundAgent,
  settings: Settings,
  { words, flags, prompt }: Asked,
  hasConversation: boolean,
): Promise<CalledAgent> {
  const { target, install } = found;
  const seen = targetHost(host.dirs.home);
  const usual = install.binary === "" ? [] : await target.mounts(install, seen);
  const { mounts, ...tweaked } = found.crab?.tweak
    ? await (await import("./tweaked.ts")).tweakedMounts(host, found, found.crab.tweak, usual)
    : { mounts: usual };
  if (mounts.length === 0 && install.binary !== "") {
    throw new KanibakoError(
      "agent-mounts",
      `${target.displayName} was found at ${install.binary}, but it cannot be shown to a box.`,
      {
        hint: target.installHint,
      },
    );
  }
  const own = agentSettings(settings, target.settings);
  const how: AgentArguments = {
    secure: !settings.autonomous.value,
    // What is configured is about sessions: a script's texts have nothing to do with one another unless it says so.
    conversation: prompt && flags.startMode === undefined ? "new" : settings.startMode.value,
    hasConversation,
    settings: Object.fromEntries(Object.entries(own).map(([key, setting]) => [key, setting.value])),
    extra: [...settings.runArgs.value, ...words],
  };
  const command = prompt
    ? (await import("./prompt.ts")).promptCommand(target, prompt, how)
    : await target.askCommand?.(how) ?? target.command(how);
  const logins = target.credentials.map((file) => ({ id: file.id, path: loginPath(file, seen) }));
  return { target, install, mounts, command, logins, ...tweaked };
}

/** The keys of the user's environment that are the agent's login in a box which shares it. */
export async function keysFor(host: Host, target: Target): Promise<Record<string, string>> {
  const seen = targetHost(host.dirs.home);
  const names = await target.keys?.(seen) ?? [];
  return Object.fromEntries(names.flatMap((name) => {
    const value = seen.variable(name);
    return value ? [[name, value]] : [];
  }));
}
