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
  /** All that the filtered network allows, where it is the file that filters. */
  readonly presets?: readonly string[];
  readonly rules?: Readonly<Record<string, "allow" | "refuse">>;
  /** Variables that say who the author of a commit is. */
  readonly env?: Readonly<Record<string, string>>;
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
  const wanted = by.profile === "restrictive" && settings.network.level !== "flag" ? "none" : by.network;
  const network = narrow(
    settings.network,
    wanted,
    (kind) => NETWORKS[kind] > NETWORKS[settings.network.value],
  );
  const isFiltering = network !== settings.network && network.value === "filtered";
  const env = Object.entries(by.env ?? {}).map(([name, value]) =>
    [name, { value, secret: false, from }] as const
  );
  return {
    ...settings,
    memory: smaller(settings.memory, by.memoryBytes),
    cpus: smaller(settings.cpus, by.cpus),
    security,
    network,
    ...isFiltering && by.rules ? { filtered: onlyThese(settings.filtered, by, from) } : {},
    // What the user sets stays.
    env: { ...Object.fromEntries(env), ...settings.env },
  };
}

/** What the file lists, and nothing that the user allows elsewhere; what the user refuses stays refused. */
function onlyThese(
  { rules: known, ...filtered }: Settings["filtered"],
  { presets = [], rules = {} }: Narrowing,
  from: Source,
): Settings["filtered"] {
  const listed = Object.entries(rules).map(([rule, value]) => [rule, { value, level: "box", from }] as const);
  const refused = Object.entries(known).filter(([, { value }]) => value === "refuse");
  return {
    ...filtered,
    presets: { value: presets, level: "box", from },
    rules: { ...Object.fromEntries(listed), ...Object.fromEntries(refused) },
  };
}
