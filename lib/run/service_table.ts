/**
 * The services there are. What a service takes is loaded by who opens it: a launch only asks which of them are needed first, and few
 * boxes have all of them.
 *
 * @module
 */

import type { ServiceSpec } from "../spec/box_spec.ts";
import { openCollector } from "./collector.ts";
import type { RunRecord } from "./record.ts";
import type { Run } from "./run.ts";
import type { OpenService, Service } from "./service.ts";

/** A service, before a run asks for it. */
interface Known {
  readonly first?: true;
  open(run: Run, options: ServiceSpec["options"]): Promise<OpenService>;
}

/** Each service by the name under which a part of the plan asks for it. */
const SERVICES: Readonly<Record<string, Known>> = {
  browser: {
    // Its socket must be there when the box's own process begins.
    first: true,
    open: async (run, options) => await (await import("./browser/beside.ts")).openBrowser(run, options),
  },
  calls: { open: async (run) => (await import("./calls.ts")).openCalls(run) },
  collector: { open: (run, options) => Promise.resolve(openCollector(run, options)) },
  door: {
    // Nothing in the box begins before it has a way out, or it would take what is allowed for unreachable.
    first: true,
    open: async (run) => await (await import("./door.ts")).openDoor(run, "door"),
  },
  hub: { open: async (run, options) => (await import("./hub/open_hub.ts")).openHub(run, options) },
  leash: { open: async (run, options) => (await import("./leash.ts")).openLeash(run, options) },
  ports: {
    open: async (run, options) => await (await import("./ports/publishing.ts")).openPorts(run, options),
  },
  ssh: {
    // Its socket must be there when the box's own process begins.
    first: true,
    open: async (run, options) => (await import("./ssh_agent.ts")).openSshAgent(run, options),
  },
  time: {
    open: async (run, options) => await (await import("./time/limit_time.ts")).openTimeLimit(run, options),
  },
};

/** The services that a run has while it is hosted. One that this version does not know is an error: the box counts on it. */
export function servicesOf({ services }: Pick<RunRecord, "services">): readonly Service[] {
  return Object.entries(services).map(([name, options]) => {
    const known = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
    if (!known) throw new Error(`There is no service ${name}.`);
    return { name, first: known.first === true, open: (run) => known.open(run, options) };
  });
}
