import type { Settings } from "../../config/settings.ts";
import type { Part, PlanInput } from "./part.ts";

/** A duty of the process in the box, and when it has it. */
interface Duty {
  /** Also the service of the host that it works with. */
  readonly name: "calls" | "door";
  readonly wanted: (input: PlanInput) => boolean;
}

/** All duties there are. A box in which none is wanted has no such process. */
const DUTIES: readonly Duty[] = [
  { name: "calls", wanted: wantsCalls },
  { name: "door", wanted: ({ settings }) => isFiltered(settings) },
];

function isFiltered({ network }: Pick<Settings, "network">): boolean {
  return network.value === "filtered";
}

/**
 * Whether the box's command may not begin without it: a port that was asked for must lead somewhere, and nothing may run before its
 * door stands. A rig that cannot have a steward says so.
 */
export function isAwaited(settings: Pick<Settings, "network" | "published">): boolean {
  return isFiltered(settings) || settings.published.length > 0;
}

/** The process in the box that the host's services talk to: through it commands are started, and names are reached. */
export const steward: Part = {
  name: "steward",
  contribute: (input) => {
    const { steward } = input;
    const duties = steward ? DUTIES.filter(({ wanted }) => wanted(input)) : [];
    if (!steward || duties.length === 0) return {};
    return {
      services: duties.map(({ name }) => ({ name, options: {} })),
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
