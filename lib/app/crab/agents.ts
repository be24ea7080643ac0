/**
 * Every agent that is known: whether this machine has it, whether it is logged in, and who declares it.
 *
 * @module
 */

import type { CrabFile } from "../../config/crab_file.ts";
import type { Host } from "../../config/system.ts";
import { knownPlugins } from "../../../targets/known.ts";
import { targetHost, targets } from "../../../targets/discover.ts";
import type { AgentInstall, AuthStatus, Origin, Target } from "../../../targets/target.ts";
import { agentsHere } from "./agents_here.ts";
import { crabs } from "./info.ts";

/** One agent. */
export interface AgentState {
  readonly id: string;
  /** For people: "Claude Code". */
  readonly title: string;
  readonly origin: Origin;
  /** Of a project's: nobody has approved it as it is now. */
  readonly unapproved: boolean;
  /** Where this machine has it. Absent: it has none that a box can be shown. */
  readonly install?: AgentInstall;
  /** Why what was found cannot be used, or why its declaration cannot: a clause. */
  readonly why?: string;
  /** How to get it, one line. */
  readonly remedy?: string;
  /** How boxes get it where this machine has none: "installed in the box", "in the rig". */
  readonly provisioned?: string;
  /** Absent where it is not there. */
  readonly login?: AuthStatus;
  /** Its settings, secrets masked; absent where none are kept. */
  readonly crab?: CrabFile;
}

const SHIPPED: Origin = { tier: "shipped" };

/** All agents, those of the project in `cwd` among them. The shell is none. */
export async function agentStates(host: Host, cwd?: string): Promise<readonly AgentState[]> {
  const [configured, { approved, waiting }] = await Promise.all([crabs(host), agentsHere(host, cwd)]);
  const crabOf = new Map(configured.map((crab) => [crab.id, crab]));
  const own = new Map(approved.map((target) => [target.name, target]));
  const known = targets().filter(({ name, hasBinary }) => hasBinary && !own.has(name));
  const states = await Promise.all([...known, ...approved].map((target) => agentState(host, target)));
  const problems = [...knownPlugins().problems.values()].map(({ name, file, message }): AgentState => ({
    id: name,
    title: name,
    origin: { tier: "user", file },
    unapproved: false,
    why: message,
  }));
  const unapproved = waiting.map(({ name, file }): AgentState => ({
    id: name,
    title: name,
    origin: { tier: "project", file },
    unapproved: true,
    why: "you have not approved it on this machine",
    remedy: "kanibako box approve",
  }));
  return [...states, ...problems, ...unapproved].map((state) => {
    const crab = state.unapproved ? undefined : crabOf.get(state.id);
    return crab ? { ...state, crab } : state;
  });
}

/** One agent, looked for now. What fails is said in its place. */
export async function agentState(host: Host, target: Target): Promise<AgentState> {
  const seen = targetHost(host.dirs.home);
  const { name: id, displayName: title, origin = SHIPPED, installHint: remedy, provisioned } = target;
  const base = { id, title, origin, unapproved: false, remedy };
  try {
    const { install, reason: why } = await target.find(seen) ?? {};
    return {
      ...base,
      ...(install ? { install } : {}),
      ...(why === undefined ? {} : { why }),
      ...(provisioned ? { provisioned: provisioned.method } : {}),
      ...(install ?? provisioned ? { login: await target.authStatus(seen) } : {}),
    };
  } catch (error) {
    return { ...base, why: error instanceof Error ? error.message : String(error) };
  }
}
