/**
 * What `diagnose` shows of an engine, and what of it needs attention.
 *
 * @module
 */

import type { RuntimeDescription } from "../runtime.ts";
import type { EngineFacts } from "./facts.ts";
import { hasCgroup2 } from "./host_limits.ts";
import { type EngineProgram, holeLines } from "./known_holes.ts";

const VFS_ADVICE =
  'slow, and every container is a full copy. Set driver = "overlay" in ~/.config/containers/storage.conf (kernel 5.13 or later), before anything is stored';
const CGROUP1_ADVICE = "memory and processor limits are not enforced for rootless boxes on cgroup version 1";

/**
 * The description of an engine that stores with this driver. `cgroup`: its own word, such as `v2`. `programs`: those that take part in
 * running boxes, as far as they said what they are.
 */
export function description(
  where: string,
  version: string,
  driver: string,
  cgroup: string,
  rootless: boolean,
  programs: readonly (EngineProgram | undefined)[],
  facts: EngineFacts,
): RuntimeDescription {
  const two = cgroup.endsWith("2") || (cgroup === "" && hasCgroup2());
  return {
    version,
    where: rootless ? `${where}, rootless` : where,
    lines: [
      { label: "Engine storage", value: driver, ...(driver === "vfs" ? { attention: VFS_ADVICE } : {}) },
      {
        label: "Resource limits",
        value: two ? "cgroup version 2" : "cgroup version 1",
        ...(!two && rootless ? { attention: CGROUP1_ADVICE } : {}),
      },
      ...workarounds(facts).map((value) => ({ label: "Workaround", value })),
      ...holeLines(programs),
    ],
  };
}

/** What runs have been found to need on this host. It was found by a run that failed, and forgotten when the host changes. */
function workarounds({ runtime, clampUlimits, plainKeepId }: EngineFacts): string[] {
  return [
    ...runtime === undefined ? [] : [`${runtime} runs boxes: this host mixes cgroup versions`],
    ...clampUlimits
      ? ["boxes get this host's limits of open files and processes, which are lower than the engine's"]
      : [],
    ...plainKeepId ? ["boxes use your own user id: this podman version cannot map to another"] : [],
  ];
}
