import type { Part } from "./part.ts";

/** What the box may reach, as the settings say. */
export const network: Part = {
  name: "network",
  contribute: ({ settings: { network: { value: kind, from } } }) => ({ network: { kind, from } }),
};
