/**
 * Settings of a run as far as a file of its project lets them be: such a file can take away, and never gives anything.
 *
 * @module
 */

import type { Setting, Settings } from "../config/settings.ts";
import type { SecurityName } from "../spec/box_spec.ts";
import { fromPart, type Source } from "../spec/source.ts";

/** What a file of the project takes away. What is absent is left as it is. */
export interface Narrowing {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly profile?: "permissive" | "moderate" | "restrictive";
  readonly network?: "none" | "filtered" | "open";
}

const NETWORKS = { open: 0, filtered: 1, none: 2 } as const;

/** What lets a box do no more than `restrictive` does. */
const AS_RESTRICTIVE: ReadonlySet<string> = new Set(["restrictive", "paranoid"]);
/** What lets a box do no more than `moderate` does. */
const AS_MODERATE: ReadonlySet<string> = new Set(["moderate", ...AS_RESTRICTIVE]);

/** The stricter of both, one by one. What an option of the call says stays. `file`: what takes it away, for people. */
export function narrowedSettings(settings: Settings, by: Narrowing, file: string): Settings {
  const from: Source = fromPart(file);
  const narrow = <T>(setting: Setting<T>, value: T | undefined, isStricter: (value: T) => boolean) =>
    value === undefined || setting.level === "flag" || !isStricter(value)
      ? setting
      : { value, level: "box", from } as const;
  const smaller = (setting: Setting<number | undefined>, value: number | undefined) =>
    narrow(setting, value, (limit) => setting.value === undefined || limit! < setting.value);
  const security = narrow<"" | SecurityName>(
    settings.security,
    by.profile,
    (profile) =>
      profile === "restrictive"
        ? !AS_RESTRICTIVE.has(settings.security.value)
        : profile === "moderate" && !AS_MODERATE.has(settings.security.value),
  );
  // A profile without a network says so only to those who set it.
  const network = by.profile === "restrictive" && settings.network.level !== "flag" ? "none" : by.network;
  return {
    ...settings,
    memory: smaller(settings.memory, by.memoryBytes),
    cpus: smaller(settings.cpus, by.cpus),
    security,
    network: narrow(settings.network, network, (kind) => NETWORKS[kind] > NETWORKS[settings.network.value]),
  };
}
