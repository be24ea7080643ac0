import type { Part } from "./part.ts";

/** Caches that boxes share. */
export const caches: Part = {
  name: "caches",
  chosenByUser: true,
  contribute: ({ shared }) => ({ mounts: shared.caches }),
};
