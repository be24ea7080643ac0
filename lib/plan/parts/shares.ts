import { withNested } from "./nested.ts";
import type { Part } from "./part.ts";

/** Files and folders of the host that the settings share. */
export const shares: Part = {
  name: "shares",
  chosenByUser: true,
  contribute: (input) => ({ mounts: withNested(input, input.shared.shares) }),
};
