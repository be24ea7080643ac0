import type { Part } from "./part.ts";

/** This program itself, so that agents can use it inside. */
export const program: Part = {
  name: "program",
  contribute: ({ program }) => ({ mounts: program }),
};
