import type { Settings } from "../../config/settings.ts";
import type { Security } from "../../spec/box_spec.ts";
import { PROFILES } from "../../spec/profiles.ts";
import { several } from "../../spec/source.ts";
import type { Part } from "./part.ts";

/** What the box may use of the machine. */
export const limits: Part = {
  name: "limits",
  contribute: ({ settings, security, countsEachUser }) => {
    const { memory, cpus, pids } = settings;
    const set = [memory, cpus, pids].filter(({ from }) => from.kind !== "default" || from.when !== undefined);
    return {
      limits: {
        ...(memory.value === undefined ? {} : { memoryBytes: memory.value }),
        ...(cpus.value === undefined ? {} : { cpus: cpus.value }),
        pids: Math.min(pids.value, PROFILES[security.profile].pids ?? Infinity),
        from: several(set.map(({ from }) => from)),
      },
      ...(countsEachUser && limitsToOneUser(pids, security) ? { security: { noNewPrivileges: true } } : {}),
    };
  },
};

/**
 * Whether a limit of processes that counts each user apart is to count all of the box: then nobody in it may become another
 * user. Where it was asked for by this very call; containers inside need several users, and some profiles have none anyway.
 */
export function limitsToOneUser(
  { level }: Pick<Settings, "pids">["pids"],
  { seccomp, noNewPrivileges }: Pick<Security, "seccomp" | "noNewPrivileges">,
): boolean {
  return level === "flag" && seccomp !== "engine" && !noNewPrivileges;
}
