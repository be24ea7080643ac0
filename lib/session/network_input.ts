/**
 * What the plan of a box with a filtered network is made from: its rules, and what its door looks into. Most boxes have another network,
 * so nothing is loaded before it is known that it is filtered.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Comms } from "../plan/parts/part.ts";
import type { Shared } from "../plan/shared_folders.ts";
import type { NetworkRule } from "../spec/box_spec.ts";
import type { BoxInterception } from "../spec/box_secrets.ts";
import { sourceText } from "../spec/source.ts";
import type { Session } from "./gather.ts";

/** The rules of a filtered network; none where it is not filtered. */
export interface Rules {
  readonly standing: readonly NetworkRule[];
  /** Those that end with the run. */
  readonly ofRun: readonly NetworkRule[];
  /** Hosts of the box's agent. */
  readonly agents: readonly string[];
}

/** The rules of a filtered network. Where it is not filtered, nothing is loaded for it. */
export async function rulesOf(
  { host, project, settings, agent, tool, ownAgent, foreign, request }: Session,
  { shares, caches }: Shared,
  comms: Comms | undefined,
): Promise<Rules> {
  const given = request.flags.allow ?? [];
  const { value, from } = settings.network;
  if (value !== "filtered") {
    if (given.length === 0) return { standing: [], ofRun: [], agents: [] };
    throw new KanibakoError(
      "not-filtered",
      `Cannot use --allow: the network of this box is ${value} (${sourceText(from)}).`,
      { exitCode: 2, hint: "Rules are for a filtered network: --network filtered" },
    );
  }
  const target = (agent ?? tool)?.target ?? ownAgent;
  if (request.standIn?.role === "helper") {
    const { grantedRules } = await import("./under_grant.ts");
    return { standing: grantedRules(request.standIn), ofRun: [], agents: target?.hosts ?? [] };
  }
  const { networkRules, rulesGiven } = await import("./network.ts");
  const written = [...shares.filter(({ readOnly }) => !readOnly), ...caches].map(({ source }) => source);
  const [ofRun, standing] = await Promise.all([
    rulesGiven(given),
    networkRules({
      host,
      settings,
      agent: target,
      writable: [project.path, ...written, ...comms ? [comms.folder] : []],
      foreign: foreign !== undefined,
    }),
  ]);
  return { standing, ofRun, agents: target?.hosts ?? [] };
}

/** What is needed for connections that are looked into. Where none can be, nothing is loaded for it. */
export async function interceptionFor(
  session: Session,
  { standing, ofRun, agents }: Rules,
): Promise<{ readonly interception?: BoxInterception; readonly warning?: string }> {
  const { secrets: given = [], secretFiles = [] } = session.request.flags;
  const isBound = given.length > 0 || secretFiles.length > 0 ||
    Object.keys(session.settings.secrets).length > 0 ||
    session.guardKey !== undefined && (session.agent ?? session.tool) !== undefined;
  if (session.settings.network.value !== "filtered") {
    if (!isBound) return {};
    const warning = (await import("./secrets.ts")).withoutDoor(session);
    return warning === undefined ? {} : { warning };
  }
  const rules = [...standing, ...ofRun];
  if (!isBound && !rules.some(({ text }) => /[ /]/.test(text))) return {};
  const interception = await (await import("./secrets.ts")).interceptionOf(session, rules, agents);
  return interception ? { interception } : {};
}
