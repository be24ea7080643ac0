import { several } from "../../spec/source.ts";
import type { Part } from "./part.ts";

/** What the box may use of the machine. */
export const limits: Part = {
  name: "limits",
  contribute: ({ settings }) => {
    const { memory, cpus, pids } = settings;
    const set = [memory, cpus, pids].filter(({ level }) => level !== "default");
    return {
      limits: {
        ...(memory.value === undefined ? {} : { memoryBytes: memory.value }),
        ...(cpus.value === undefined ? {} : { cpus: cpus.value }),
        pids: pids.value,
        from: several(set.map(({ from }) => from)),
      },
    };
  },
};
