/**
 * What a file that is not the user's may change of what the user has: it takes away, and never adds.
 *
 * @module
 */

import type { SecurityName } from "../../spec/box_spec.ts";
import type { RunSettings } from "./types.ts";

/** The user's own settings. What is absent is not limited. */
export interface UserLimits {
  readonly memoryBytes: number | undefined;
  readonly cpus: number | undefined;
  /** Empty: whatever the engine's default is. */
  readonly profile: SecurityName | "";
  readonly network: "none" | "filtered" | "open";
}

/** The higher, the less a box can do: each of these allows nothing that one before it does not. */
const STRICTNESS: Readonly<Record<SecurityName | "", number>> = {
  minimal: 0,
  nested: 0,
  "": 1,
  standard: 1,
  permissive: 1,
  strict: 2,
  moderate: 3,
  restrictive: 4,
  paranoid: 5,
};
const REACH = { none: 0, filtered: 1, open: 2 } as const;

/** Settings of such a file as far as each is stricter than the user's. */
export function withinUser(settings: RunSettings, user: UserLimits): RunSettings {
  const { memoryBytes, cpus, profile, network, rules, presets, ...others } = settings;
  // Its rules would add to those of a network that is filtered already.
  const isNarrower = network !== undefined && REACH[network] < REACH[user.network];
  return {
    ...others,
    ...isLess(memoryBytes, user.memoryBytes) ? { memoryBytes } : {},
    ...isLess(cpus, user.cpus) ? { cpus } : {},
    ...profile !== undefined && STRICTNESS[profile] > STRICTNESS[user.profile] ? { profile } : {},
    ...isNarrower ? { network, ...rules ? { rules } : {}, ...presets ? { presets } : {} } : {},
  };
}

function isLess(value: number | undefined, most: number | undefined): value is number {
  return value !== undefined && (most === undefined || value < most);
}
