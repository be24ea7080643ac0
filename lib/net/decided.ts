/**
 * Whether the rules say anything about a name at all: only where they do not is somebody asked.
 *
 * @module
 */

import type { HostName } from "../wire/host_name.ts";
import type { Policy, SourcedRule } from "./policy.ts";
import { USUAL_PORTS } from "./rule.ts";

/** Whether a rule is about a name and a port. Port 0: about the name on the ports that are usual, or any that it may be reached on. */
export function isDecided(policy: Policy, host: HostName, port: number): boolean {
  return port === 0 && policy.portsOf(host).length > 0 || ruleAbout(policy, host, port) !== undefined;
}

/** The rule that decides about a name and a port; port 0: on the ports that are usual. */
export function ruleAbout(policy: Policy, host: HostName, port: number): SourcedRule | undefined {
  for (const one of port === 0 ? USUAL_PORTS : [port]) {
    const { by } = policy.decide({ host, port: one });
    if (by) return by;
  }
  return undefined;
}
