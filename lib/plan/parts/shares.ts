import type { Part } from "./part.ts";

/** Files of the host that the settings show to the box. */
export const shares: Part = {
  name: "shares",
  chosenByUser: true,
  contribute: ({ brought }) => ({ mounts: brought.shares }),
};
