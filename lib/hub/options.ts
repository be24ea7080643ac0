/**
 * What a hub has to know when it starts: in the plan of its director's box, and in the record of its run, as options of a service.
 *
 * @module
 */

import type { Check } from "../host/light_schema.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { GRANT, type Grant } from "./record.ts";

/** Values of the options of a service. */
type Options = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Reads the options, which are JSON each. Throws where they are none: they were written by this program. */
export function readHubOptions(
  { grant, limits = "{}", crab }: Options,
): { readonly grant: Grant; readonly limits: Partial<Limits>; readonly crab?: string } {
  return {
    grant: parsed(grant, GRANT),
    limits: parsed(limits, LIMITS) as Partial<Limits>,
    /** The agent of a helper for which none is named. */
    ...typeof crab === "string" ? { crab } : {},
  };
}

function parsed<T>(text: Options[string] | undefined, check: Check<T>): T {
  const checked = check(JSON.parse(String(text)));
  if (checked.ok) return checked.value;
  throw new Error(
    `the hub's options cannot be read: ${checked.path.map(String).join(".")}: ${checked.message}`,
  );
}
