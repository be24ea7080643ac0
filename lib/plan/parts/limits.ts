import type { Part } from "./part.ts";

/** What the box may use of the machine. */
export const limits: Part = {
  name: "limits",
  contribute: ({ settings }) => {
    const { memoryBytes, cpus, pids } = settings;
    const from = [
      ...new Set([memoryBytes, cpus, pids].filter((s) => s.level !== "default").map((s) => s.from)),
    ];
    return {
      limits: {
        ...(memoryBytes.value === undefined ? {} : { memoryBytes: memoryBytes.value }),
        ...(cpus.value === undefined ? {} : { cpus: cpus.value }),
        pids: pids.value,
        from: from.join(", ") || "default",
      },
    };
  },
};
