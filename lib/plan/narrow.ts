/**
 * Combines what several parts say about the network and about security: the strictest applies.
 *
 * @module
 */

import type { Network, Security } from "../spec/box_spec.ts";
import { sourceText } from "../spec/source.ts";
import type { Narrowing } from "./parts/contribution.ts";
import { conflict } from "./places.ts";

/** The higher, the less a box can reach. */
const STRICTNESS: Readonly<Record<Network["kind"], number>> = { open: 0, filtered: 50, none: 100 };

/** The stricter of two networks. Throws `plan-conflict` for two of one strictness that differ. */
export function stricter(one: Network, other: Network): Network {
  const difference = STRICTNESS[one.kind] - STRICTNESS[other.kind];
  if (difference !== 0) return difference > 0 ? one : other;
  if (said(one) !== said(other)) {
    throw conflict("the network", sourceText(one.from), sourceText(other.from));
  }
  return one;
}

/** A network without its source, for comparison. */
function said(network: Network): string {
  const entries = Object.entries(network).filter(([name]) => name !== "from");
  return JSON.stringify(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Security with further restrictions. */
export function narrowed(security: Security, by: Narrowing): Security {
  return {
    ...security,
    boundingSet: security.boundingSet.filter((name) => !by.dropped?.includes(name)),
    noNewPrivileges: security.noNewPrivileges || by.noNewPrivileges === true,
    readOnlyRoot: security.readOnlyRoot || by.readOnlyRoot === true,
  };
}
