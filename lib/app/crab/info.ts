/**
 * The agents that are configured.
 *
 * @module
 */

import type { CrabFile } from "../../config/crab_file.ts";
import { isSecretName } from "../../config/env.ts";
import type { Host } from "../../config/system.ts";
import { crabFileOf, listCrabs, newCrabFile } from "../../crab/file.ts";
import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { MASK } from "../../spec/mask.ts";
import { targets } from "../../../targets/discover.ts";
import type { Target } from "../../../targets/target.ts";
import { agentsHere } from "./agents_here.ts";

/** All configured agents, their secrets masked. */
export async function crabs(host: Host): Promise<readonly CrabFile[]> {
  return (await listCrabs(host.system.paths)).map(masked);
}

/** One of them. */
export interface CrabInfo {
  /** Its settings, secrets masked: those of an agent that is yet to be started are as they would be. */
  readonly crab: CrabFile;
  /** The agent; absent where nobody declares it any more, or it is a project's that nobody has approved. */
  readonly target?: Target;
  /** Whether the project in `cwd` brings one of that name along that nobody has approved as it is now. */
  readonly unapproved: boolean;
}

/** One of them, or an agent that is yet to be started. `cwd`: where a project of agents of its own may be. Throws `unknown-crab`. */
export async function crabInfo(host: Host, id: string, cwd?: string): Promise<CrabInfo> {
  const [all, { approved, waiting }] = await Promise.all([crabs(host), agentsHere(host, cwd)]);
  const target = [...approved, ...targets()].find(({ name, hasBinary }) => hasBinary && name === id);
  const unapproved = waiting.some(({ name }) => name === id);
  const crab = all.find((each) => each.id === id) ?? (target && await newCrab(host, id, target));
  if (crab) return { crab, unapproved, ...(target ? { target } : {}) };
  if (!unapproved) throw unknownCrab(host, id, all.map((each) => each.id));
  throw new KanibakoError("unknown-crab", `You have not approved the agent ${id} of this project.`, {
    hint: "To see what it asks for, and to approve it: kanibako box approve",
  });
}

/** An agent has a file from its first start on. */
async function newCrab(host: Host, id: string, target: Target): Promise<CrabFile> {
  const path = `${host.system.paths.crabs}/${id}.toml`;
  return { id, path, ...await crabFileOf(newCrabFile(target), path) };
}

/** That there is no such agent, and which was probably meant. */
export function unknownCrab(host: Host, id: string, known: readonly string[]): KanibakoError {
  const meant = nearest(id, known);
  const place = `${host.system.paths.crabs}/${id}.toml`;
  return new KanibakoError(
    "unknown-crab",
    `There is no crab ${shellQuote(id)}: ${shellQuote(place)} does not exist.`,
    {
      hint: meant === undefined ? "See all agents: kanibako crab list" : `Did you mean ${shellQuote(meant)}?`,
    },
  );
}

/** Values that look like secrets are not for a screen that may be shared. */
function masked(crab: CrabFile): CrabFile {
  const env = Object.entries(crab.env).map(([name, value]) => [name, isSecretName(name) ? MASK : value]);
  return { ...crab, env: Object.fromEntries(env) };
}
