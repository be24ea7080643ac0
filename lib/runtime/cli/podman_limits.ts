/**
 * The words in which podman takes the limits of a box. Where it enforces no limits, the processes at least are limited by a ulimit.
 *
 * @module
 */

import type { BoxSpec } from "../../spec/box_spec.ts";
import { hasCgroup2, ulimits } from "./host_limits.ts";

/** Whether memory, processor and process limits are enforced: not for rootless podman on cgroup version 1. */
export function enforcesLimits(rootless: boolean): boolean {
  return !rootless || hasCgroup2();
}

/** The words for a box's limits. */
export function limitWords({ limits }: Pick<BoxSpec, "limits">, rootless: boolean): string[] {
  // There podman ignores these.
  if (!enforcesLimits(rootless)) return [];
  return [
    `--pids-limit=${limits.pids}`,
    ...(limits.memoryBytes === undefined ? [] : [
      `--memory=${limits.memoryBytes}b`,
      `--memory-swap=${limits.memoryBytes}b`,
    ]),
    ...(limits.cpus === undefined ? [] : [`--cpus=${limits.cpus}`]),
  ];
}

/** The words for a box's ulimits. `clamp`: this host allows less than the engine asks for. */
export function ulimitWords(
  { limits }: Pick<BoxSpec, "limits">,
  rootless: boolean,
  clamp: boolean | undefined,
): string[] {
  const words: string[] = [];
  const host = ulimits();
  if (clamp) words.push(`--ulimit=nofile=${host.nofile.soft}:${host.nofile.hard}`);
  if (!enforcesLimits(rootless)) {
    const processes = Math.min(limits.pids, host.nproc.hard);
    words.push(`--ulimit=nproc=${processes}:${processes}`);
  } else if (clamp) words.push(`--ulimit=nproc=${host.nproc.soft}:${host.nproc.hard}`);
  return words;
}

/** The words for the ulimits of a build, and of a container that is no box. */
export function buildUlimitWords(clamp: boolean | undefined): string[] {
  if (!clamp) return [];
  const { nofile, nproc } = ulimits();
  return [`--ulimit=nofile=${nofile.soft}:${nofile.hard}`, `--ulimit=nproc=${nproc.soft}:${nproc.hard}`];
}
