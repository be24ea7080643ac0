import type { Settings } from "../../config/settings.ts";
import { several } from "../../spec/source.ts";
import type { Part } from "./part.ts";

/** What the box may use of the machine. */
export const limits: Part = {
  name: "limits",
  contribute: ({ settings, countsEachUser }) => {
    const { memory, cpus, pids } = settings;
    const set = [memory, cpus, pids].filter(({ level }) => level !== "default");
    return {
      limits: {
        ...(memory.value === undefined ? {} : { memoryBytes: memory.value }),
        ...(cpus.value === undefined ? {} : { cpus: cpus.value }),
        pids: pids.value,
        from: several(set.map(({ from }) => from)),
      },
      ...(countsEachUser && limitsToOneUser(settings) ? { security: { noNewPrivileges: true } } : {}),
    };
  },
};

/**
 * Whether a limit of processes that counts each user apart is to count all of the box: then nobody in it may become another
 * user. Where it was asked for by this very call; containers inside need several users, and `strict` never has them.
 */
export function limitsToOneUser({ pids, security }: Pick<Settings, "pids" | "security">): boolean {
  return pids.level === "flag" && security.value !== "nested" && security.value !== "strict";
}
