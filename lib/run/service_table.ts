/**
 * The services there are.
 *
 * @module
 */

import { calls } from "./calls.ts";
import { collector } from "./collector.ts";
import { door } from "./door.ts";
import { publishing } from "./ports/publishing.ts";
import type { RunRecord } from "./record.ts";
import type { ServiceSpec } from "../spec/box_spec.ts";
import type { Service } from "./service.ts";

/** Each service by the name under which a part of the plan asks for it. */
const SERVICES: Readonly<Record<string, (options: ServiceSpec["options"]) => Service>> = {
  calls: () => calls,
  collector: () => collector,
  door: () => door,
  ports: publishing,
};

/** The services that a run has while it is hosted. One that this version does not know is an error: the box counts on it. */
export function servicesOf({ services }: RunRecord): readonly Service[] {
  return Object.entries(services).map(([name, options]) => {
    const make = SERVICES[name];
    if (!make) throw new Error(`There is no service ${name}.`);
    return make(options);
  });
}
