/**
 * Gathers everything that decides a plan. Reads our own state and the host; creates nothing, asks no engine.
 *
 * @module
 */

import type { FlagSettings, Settings } from "../config/settings.ts";
import { readLevels } from "../config/levels.ts";
import { tellWithoutEffect } from "../config/no_effect.ts";
import { crabSetting, settingsFrom } from "../config/resolve.ts";
import type { Host } from "../config/system.ts";
import { readGeneralCrab } from "../crab/file.ts";
import { readSteps, type Steps } from "../crab/steps.ts";
import { chooseEngine } from "../runtime/choose.ts";
import type { Engine } from "../runtime/engine.ts";
import { enforcesLimits } from "../runtime/cli/podman.ts";
import { self } from "../host/self.ts";
import { targetHost, targets } from "../../targets/discover.ts";
import { identityOf } from "../project/identity.ts";
import { locateProject } from "../project/locate.ts";
import type { Project } from "../project/project.ts";
import { rigReference } from "../rig/reference.ts";
import { bring } from "../plan/shared_folders.ts";
import { holdsVault, nestedFolders } from "../plan/hidden_folders.ts";
import { keptPaths } from "../plan/protected_paths.ts";
import { agentPart, findAgent, type FoundAgent } from "./find_agent.ts";
import { boxLabels, ownerMark } from "../runtime/labels.ts";
import { bind, type PlanInput, type Work } from "../plan/parts/part.ts";
import type { RunFolders } from "../run/folders.ts";
import { chooseSecurity } from "../plan/security.ts";
import { sharedResources } from "../plan/shared_resources.ts";
import { fromFlag, fromPart, fromTarget, type Source, sourceText } from "../spec/source.ts";
import type { BindMount } from "../spec/box_spec.ts";
import { accounts, userMapping } from "../plan/user.ts";

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
  /** The words after `--`. */
  readonly words: readonly string[];
  /** What `--engine` said. */
  readonly engine?: string;
  /** For a new project: the box does not use the host's login. */
  readonly distinctAuth?: boolean;
}

/** Everything known before a plan is made. */
export interface Session {
  readonly request: SessionRequest;
  readonly host: Host;
  readonly project: Project;
  readonly settings: Settings;
  readonly engine: Engine;
  readonly agent: FoundAgent | undefined;
  readonly steps: Steps;
  readonly lifetime: "ephemeral" | "persistent";
  readonly lifetimeFrom: Source;
  /** Whether there is a terminal to show the box on. */
  readonly interactive: boolean;
}

/** Gathers. A project that does not exist yet is described as it would be. */
export async function gather(request: SessionRequest): Promise<Session> {
  const { host, flags } = request;
  const withAgent = request.kind === "agent" && request.entrypoint === undefined;
  const [engine, project] = await Promise.all([
    chooseEngine(host.dirs, request.engine),
    locateProject(host, request.project, request.cwd),
  ]);
  const [levels, steps] = await Promise.all([readLevels(host, project), readSteps(project.state)]);
  tellWithoutEffect(host.ui, levels, flags);
  const agent = withAgent ? await findAgent(host, crabSetting(levels, flags)) : undefined;
  const crab = agent ? agent.crab : await readGeneralCrab(host.system.paths);
  const settings = settingsFrom(levels, crab, flags);
  // A shell is for now, unless told otherwise; a session with an agent follows the configuration.
  const lifetime = request.kind === "agent" ? settings.persistence.value : flags.persistence ?? "ephemeral";
  return {
    request,
    host,
    project,
    settings,
    engine,
    agent,
    steps,
    lifetime,
    lifetimeFrom: request.kind === "agent"
      ? settings.persistence.from
      : flags.persistence
      ? fromFlag(`--${flags.persistence}`)
      : SHELL_DEFAULT,
    interactive: Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
  };
}

/** Every agent's program, without its login: a shell can call whichever is installed. */
async function toolMounts(host: Host): Promise<BindMount[]> {
  const seen = targetHost(host.dirs.home);
  const found = await Promise.all(
    targets().filter(({ hasBinary }) => hasBinary).map(async (target) => {
      const install = await target.detect(seen);
      const mounts = install ? await target.mounts(install, seen) : [];
      return mounts.map(({ source, destination }) =>
        bind(source, destination, fromTarget(target.name), { readOnly: true })
      );
    }),
  );
  return found.flat();
}

/** What a plan is made from, and what is to be done and said before it is carried out. */
export interface GatheredInput extends PlanInput {
  /** Folders of shares that are to be made. */
  readonly missing: readonly string[];
  /** What was asked for and cannot be had; one sentence each. */
  readonly warnings: readonly string[];
}

/** What the plan of a run is made from. `takesOut`: the box leaves something for the host. */
export async function planInput(
  session: Session,
  folders: RunFolders,
  takesOut: boolean,
): Promise<GatheredInput> {
  const { host, project, settings, engine, steps } = session;
  const hideVault = await holdsVault(project);
  const [image, user, owner, program, tools, brought, kept, nested] = await Promise.all([
    rigReference(host, settings.image.value),
    userMapping(engine, project.path),
    ownerMark(host.dirs.state),
    self().then((one) => one.mounts()),
    session.agent ? [] : toolMounts(host),
    bring(session),
    keptPaths(host, project, hideVault),
    nestedFolders(host, project.path),
  ]);
  const files = accounts(user, host.dirs.state);
  const agent = session.agent &&
    await agentPart(
      host,
      session.agent,
      settings,
      session.request.words,
      steps.conversations.includes(session.agent.target.name),
    );
  return {
    box: identityOf(project),
    metadata: project.metadata,
    settings,
    image,
    user,
    security: chooseSecurity(settings.security, engine.rootless),
    labels: boxLabels(project.id, owner, folders.run, session.lifetime, session.agent?.target.name),
    terminal: session.lifetime === "persistent" ? "none" : session.interactive ? "tty" : "pipe",
    lifetime: session.lifetime,
    work: work(session, agent?.command.args),
    ...(agent ? { agent } : {}),
    sharedResources: session.agent ? sharedResources(host, project, settings, session.agent.target) : [],
    program: [
      ...program.map(({ source, destination }) =>
        bind(source, destination, fromPart("this program"), { readOnly: true })
      ),
      ...tools,
    ],
    run: { in: folders.in, ...(takesOut ? { out: folders.out } : {}) },
    ...(files ? { accounts: files } : {}),
    hideVault,
    nestedFolders: nested,
    brought,
    kept,
    missing: brought.missing,
    warnings: [...warnings(session), ...brought.warnings],
    term: Deno.env.get("TERM") || "xterm-256color",
  };
}

function work({ request, agent }: Session, agentArgs: readonly string[] | undefined): Work {
  if (request.entrypoint !== undefined) {
    return { kind: "command", argv: [request.entrypoint, ...request.words], from: fromFlag("--entrypoint") };
  }
  if (agent && agentArgs) {
    return {
      kind: "agent",
      argv: [agent.target.entrypoint, ...agentArgs],
      from: fromTarget(agent.target.name),
    };
  }
  return request.words.length > 0
    ? { kind: "command", argv: request.words, from: fromPart("your words") }
    : { kind: "shell", argv: ["/bin/bash"], from: SHELL_DEFAULT };
}

/** What this host cannot do of what is asked; one sentence each. */
function warnings({ settings, engine }: Session): string[] {
  if (engine.name !== "podman" || enforcesLimits(engine.rootless)) return [];
  const asked = [
    [settings.memory, "memory"],
    [settings.cpus, "processor"],
  ] as const;
  return asked.filter(([setting]) => setting.value !== undefined).map(([setting, what]) =>
    `The ${what} limit (${
      sourceText(setting.from)
    }) is not enforced: podman without root cannot do so on this host (cgroup version 1).`
  );
}
