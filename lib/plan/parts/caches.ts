import { withNested } from "./nested.ts";
import type { Part } from "./part.ts";

/** Caches that boxes share. */
export const caches: Part = {
  name: "caches",
  chosenByUser: true,
  contribute: (input) => ({ mounts: withNested(input, input.shared.caches) }),
};
