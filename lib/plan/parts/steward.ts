import type { Part } from "./part.ts";

/** The process in the box through which the host starts commands there, and the service that it talks to. */
export const steward: Part = {
  name: "steward",
  contribute: ({ steward }) =>
    steward
      ? {
        services: [{ name: "calls", options: {} }],
        inside: [{ name: "steward", argv: steward.argv, env: steward.env }],
      }
      : {},
};
