/**
 * Limits that this host's runtime does not enforce. One that is configured is warned of, so that a file can serve several machines;
 * one that this very call asks for is refused: who asks now relies on it now.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { KanibakoError } from "../host/error.ts";
import { limitsToOneUser } from "../plan/parts/limits.ts";
import { profileName } from "../plan/security.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { PROFILES } from "../spec/profiles.ts";
import { sourceText } from "../spec/source.ts";

/** What decides about it. */
interface Launching {
  readonly settings: Settings;
  readonly runtime: BoxRuntime;
}

/** A limit that is set and not enforced. */
export interface Unenforced {
  /** The warning, one sentence. */
  readonly text: string;
  /** Why a launch must not go on; absent for a limit that is only configured. */
  readonly refusal?: KanibakoError;
}

/** The limits that are set and that nothing would enforce. */
export function unenforced(
  { settings, runtime }: Launching,
): readonly Unenforced[] {
  const { limits } = runtime.can;
  const asked = [
    { setting: settings.memory, what: "memory", enforced: limits.memory },
    { setting: settings.cpus, what: "processor", enforced: limits.cpus },
  ];
  const problems: Unenforced[] = asked.filter(({ setting, enforced }) =>
    setting.value !== undefined && !enforced
  ).map(
    ({ setting, what }) => {
      const from = sourceText(setting.from);
      const text = `The ${what} limit (${from}) is not enforced by ${runtime.kind} on this host`;
      if (setting.level !== "flag") return { text: `${text}.` };
      const hint = [
        "A limit takes cgroup version 2, podman as root, or docker.",
        `To run without this limit, leave out ${setting.from.kind === "flag" ? setting.from.name : from}.`,
      ];
      const refusal = new KanibakoError("not-enforced", `${text}.`, { hint });
      return { text: `${text}; a start with it is refused.`, refusal };
    },
  );
  const { network } = settings;
  if (network.value === "filtered" && !runtime.can.networks.has("filtered")) {
    const text = `${runtime.kind} cannot filter the network of a box (${sourceText(network.from)})`;
    const hint = "To run it with no network at all: --network none";
    problems.push({ text: `${text}.`, refusal: new KanibakoError("not-enforced", `${text}.`, { hint }) });
  }
  const processes = limits.pids === "each-user" ? eachUser(settings) : undefined;
  return processes === undefined ? problems : [...problems, { text: processes }];
}

/** What to say of a limit of processes that counts each user of a box apart. */
function eachUser(settings: Settings): string | undefined {
  const { pids, security } = settings;
  // Only where root of the box is nobody on the host are users counted so.
  const profile = PROFILES[profileName(security, true)];
  if (pids.level === "default" || profile.noNewPrivileges) return undefined;
  const why = "on this host each user of a box has a limit of its own";
  return limitsToOneUser(pids, profile)
    ? `sudo does not work in this box, so that the process limit (${
      sourceText(pids.from)
    }) is the box's: ${why}.`
    : `The process limit (${sourceText(pids.from)}) is not the box's: ${why}, and sudo makes more users.`;
}

/** Throws `not-enforced` for a limit that this call asks for in vain, and for a filter of the network that there is not. */
export function refuseUnenforced(session: Launching): void {
  const refusal = unenforced(session).find((one) => one.refusal)?.refusal;
  if (refusal) throw refusal;
}
