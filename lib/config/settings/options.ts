/**
 * Options of the library that stand for settings: those of a box that the command line takes as values. Their names and
 * types follow from the declarations.
 *
 * @module
 */

import type { FlagSettings } from "../settings.ts";
import { SETTINGS } from "./all.ts";
import type { BOX_SETTINGS } from "./box.ts";
import type { DeclaredMap, ValueFlag, ValueOf } from "./declare.ts";
import type { MAP_SETTINGS } from "./maps.ts";
import type { Registry } from "./registry.ts";

type Declarations = typeof BOX_SETTINGS & Pick<typeof MAP_SETTINGS, "env">;

type OptionFields = {
  [K in keyof Declarations]: Declarations[K] extends { readonly flag: { readonly startOnly: true } } ? never
    : Declarations[K] extends { readonly flag: ValueFlag } ? K
    : never;
}[keyof Declarations];

/** Numbers can be given as text too, where the command line takes a unit. */
type OptionValue<D> = D extends DeclaredMap ? Readonly<Record<string, string>>
  : ValueOf<D> extends number | undefined ? number | string
  : ValueOf<D> extends readonly string[] ? readonly (string | number)[]
  : Exclude<ValueOf<D>, "">;

/** Settings of a box for one call. What is absent follows the configuration. */
export type SettingOptions = { readonly [K in OptionFields]?: OptionValue<Declarations[K]> } & {
  /** Rules that a filtered network has for this run beside those that are set: `example.com`, `@git`. */
  readonly allow?: readonly string[];
};

/** Options as the command line would say them. Judged where they are used, as those of the command line are. */
export function optionFlags(options: SettingOptions, registry: Registry = SETTINGS): FlagSettings {
  const given = options as Readonly<Record<string, unknown>>;
  const said: Record<string, unknown> = {};
  for (const field of Object.keys(registry.flags)) {
    const value = given[field];
    if (value === undefined) continue;
    said[field] = typeof value === "number"
      ? String(value)
      : typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, text]) => `${name}=${text}`)
      : value;
  }
  return said as FlagSettings;
}
