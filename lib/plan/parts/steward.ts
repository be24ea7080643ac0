import type { Settings } from "../../config/settings.ts";
import { toServiceOptions } from "../../spec/browser_options.ts";
import type { ServiceSpec } from "../../spec/box_spec.ts";
import { nameFiles } from "./network.ts";
import type { Part, PlanInput } from "./part.ts";

/** A duty of the process in the box, and when it has it. */
interface Duty {
  /** Also the service of the host that it works with. */
  readonly name: "calls" | "door" | "browser";
  readonly wanted: (input: PlanInput) => boolean;
  /** What the service has to know. */
  readonly options?: (input: PlanInput) => ServiceSpec["options"];
}

/** All duties there are. A box in which none is wanted has no such process. */
const DUTIES: readonly Duty[] = [
  { name: "calls", wanted: wantsCalls },
  { name: "door", wanted: ({ settings }) => isFiltered(settings) },
  {
    name: "browser",
    wanted: ({ browser, settings }) => browser !== undefined && settings.browser.value,
    options: browserOptions,
  },
];

function browserOptions(input: PlanInput): ServiceSpec["options"] {
  const { browser, user, settings, box } = input;
  const { pids, memory, cpus } = settings;
  return toServiceOptions({
    image: browser ?? "",
    user,
    pids: pids.value,
    ...(memory.value === undefined ? {} : { memoryBytes: memory.value }),
    ...(cpus.value === undefined ? {} : { cpus: cpus.value }),
    files: isFiltered(settings) ? nameFiles(box.name) : {},
  });
}

function isFiltered({ network }: Pick<Settings, "network">): boolean {
  return network.value === "filtered";
}

/**
 * Whether the box's command may not begin without it: a port that was asked for must lead somewhere, nothing may run before its
 * door stands, and a browser must be found. A rig that cannot have a steward says so.
 */
export function isAwaited(settings: Pick<Settings, "network" | "published" | "browser">): boolean {
  return isFiltered(settings) || settings.published.length > 0 || settings.browser.value;
}

/** The process in the box that the host's services talk to: through it commands are started, and names are reached. */
export const steward: Part = {
  name: "steward",
  contribute: (input) => {
    const { steward } = input;
    const duties = steward ? DUTIES.filter(({ wanted }) => wanted(input)) : [];
    if (!steward || duties.length === 0) return {};
    return {
      services: duties.map(({ name, options }) => ({ name, options: options?.(input) ?? {} })),
      inside: [{
        name: "steward",
        argv: [...steward.argv, ...duties.map(({ name }) => name)],
        env: steward.env,
        ...(isAwaited(input.settings) ? { awaited: true } : {}),
      }],
    };
  },
};

/**
 * Whether the host can reach into the box through it: where a port is published, which needs it, and where it is of use and no setting
 * says no. Where it is there for the door, it serves calls, too.
 */
export function wantsCalls(input: PlanInput): boolean {
  const { called, settings } = input;
  return settings.published.length > 0 || settings.steward.value && (called === true || isFiltered(settings));
}
