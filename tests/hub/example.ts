/** Helpers and grants for tests. */

import type { Grant, Helper } from "../../lib/hub/record.ts";

/** A grant of a director. */
export function aGrant(changes: Partial<Grant> = {}): Grant {
  return {
    budget: { depth: 4, breadth: 4 },
    image: "kanibako-min",
    network: "filtered",
    rules: ["api.example.com", "*.example.org"],
    secrets: { TOKEN: "api.example.com" },
    auth: "guarded",
    logins: ["claude"],
    ...changes,
  };
}

/** A helper that runs. */
export function aHelper(number: number, changes: Partial<Helper> = {}): Helper {
  return {
    number,
    parent: 0,
    depth: 1,
    status: "running",
    crab: "claude",
    workspace: "empty",
    keep: false,
    grant: aGrant({ budget: { depth: 3, breadth: 4 } }),
    createdAt: 1_700_000_000_000,
    ...changes,
  };
}
