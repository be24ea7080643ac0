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

/** All configured agents, their secrets masked. */
export async function crabs(host: Host): Promise<readonly CrabFile[]> {
  return (await listCrabs(host.system.paths)).map(masked);
}

/** One of them, or an agent that is yet to be started, as it would be. Secrets are masked. Throws `unknown-crab`. */
export async function crabInfo(host: Host, id: string): Promise<CrabFile> {
  const all = await crabs(host);
  const crab = all.find((each) => each.id === id);
  if (crab) return crab;
  // One that this program knows has a file from its first start on.
  const target = targets().find(({ name, hasBinary }) => hasBinary && name === id);
  if (target) {
    const path = `${host.system.paths.crabs}/${id}.toml`;
    return { id, path, ...await crabFileOf(newCrabFile(target), path) };
  }
  throw unknownCrab(host, id, all.map((each) => each.id));
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
