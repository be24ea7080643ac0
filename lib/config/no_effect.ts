/**
 * Settings and options that are accepted and do nothing: whoever sets one is warned, and refused where it promises safety.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { fromFlag, type Source, sourceText } from "../spec/source.ts";
import { type Ui, warning } from "../spec/ui.ts";
import type { LevelFile } from "./levels.ts";
import type { FlagSettings } from "./settings.ts";
import { SETTINGS } from "./settings/all.ts";
import type { Declared, DeclaredMap } from "./settings/declare.ts";
import { givenOptions } from "./settings/given_options.ts";
import type { Registry } from "./settings/registry.ts";

/** A setting that does nothing, as somebody made it. */
export interface NoEffect {
  /** The setting, or the option as it is spelled. */
  readonly name: string;
  readonly from: Source;
  /** Why, as a clause: "helper boxes are not available yet". */
  readonly why: string;
  /** Whether it promises safety, which nothing keeps. */
  readonly safety: boolean;
}

/** Why a value of a setting does nothing; `undefined` where it acts, or asks for what is done anyway. */
export function whyNoEffect(declared: Declared | DeclaredMap, value: unknown): string | undefined {
  return declared.missingAs !== undefined && declared.missingAs === value ? undefined : declared.missing;
}

/** What does nothing of what files and options say. `levels`: the strongest first; a weaker one that says the same is not named. */
export function withoutEffect(
  levels: readonly LevelFile[],
  flags: FlagSettings,
  registry: Registry = SETTINGS,
): readonly NoEffect[] {
  const found: NoEffect[] = [];
  const add = (declared: Declared | DeclaredMap, value: unknown, name: string, from: Source) => {
    // Who gives an option expects it to do something, also where it asks for what is done anyway.
    const why = from.kind === "flag" ? declared.missing : whyNoEffect(declared, value);
    if (why !== undefined) found.push({ name, from, why, safety: declared.safety === true });
  };
  const given = givenOptions(flags, registry);
  for (const { declared, value, option } of given) add(declared, value, option, fromFlag(option));
  for (const key of registry.keys) {
    if (key.missing === undefined || given.some(({ declared }) => declared === key)) continue;
    const level = levels.find(({ config }) => config.values[key.name] !== undefined);
    if (level) add(key, level.config.values[key.name], key.name, level.from);
  }
  return found;
}

/** Warns of what does nothing; whether that was an option. Throws `not-available` for what promises safety. */
export function tellWithoutEffect(
  ui: Ui,
  levels: readonly LevelFile[],
  flags: FlagSettings,
  registry: Registry = SETTINGS,
): boolean {
  let option = false;
  for (const { name, from, why, safety } of withoutEffect(levels, flags, registry)) {
    const where = from.kind === "flag" ? "" : ` (${sourceText(from)})`;
    if (safety) {
      throw new KanibakoError("not-available", `Cannot use ${name}${where}: ${why}.`, {
        hint: "It promises protection that this version does not provide. Remove it to continue without.",
      });
    }
    warning(ui, "no-effect", { name: name + where, why });
    option ||= from.kind === "flag";
  }
  return option;
}
