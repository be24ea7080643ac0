/**
 * A plan that may be shown: the values of secrets are masked.
 *
 * @module
 */

import { MASK } from "../spec/mask.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

/** The plan without its secrets, for people, for `--json` and for scripts. */
export function maskedPlan(spec: BoxSpec): BoxSpec {
  return {
    ...spec,
    env: Object.fromEntries(
      Object.entries(spec.env).map((
        [name, entry],
      ) => [name, entry.secret ? { ...entry, value: MASK } : entry]),
    ),
  };
}
