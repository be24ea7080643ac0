/**
 * What one configuration file says, whatever its level.
 *
 * @module
 */

import { SETTINGS } from "./settings/all.ts";
import type { DeclaredMap, ValueOf } from "./settings/declare.ts";
import type { MAP_SETTINGS } from "./settings/maps.ts";
import type { Registry } from "./settings/registry.ts";
import type { ConfigValue } from "./settings/types.ts";

/** Entries of free names that a file can hold, by their field: the agent's own settings, resources, caches, shares. */
export type ConfigMaps = {
  readonly [K in Exclude<keyof typeof MAP_SETTINGS, "env">]: Readonly<
    Record<string, ValueOf<(typeof MAP_SETTINGS)[K]>>
  >;
};

/** What one file sets. A setting that is absent is not set; one that is there is, whatever its value. */
export interface ConfigFile extends ConfigMaps {
  /** By the setting's name. */
  readonly values: Readonly<Record<string, ConfigValue>>;
}

/** The maps that a file can hold, with their fields. Variables have files of their own. */
export function fileMaps(
  registry: Registry = SETTINGS,
): readonly (readonly [field: keyof ConfigMaps, map: DeclaredMap])[] {
  return Object.entries(registry.maps).filter(([, map]) => map.tables.length > 0) as unknown as readonly [
    keyof ConfigMaps,
    DeclaredMap,
  ][];
}

/** A map without entries for each that a file can hold. No name has a meaning of its own in them. */
export function noEntries(registry: Registry): ConfigMaps {
  return Object.fromEntries(
    fileMaps(registry).map(([field]) => [field, Object.create(null)]),
  ) as unknown as ConfigMaps;
}

/** A file that sets nothing. */
export const EMPTY: ConfigFile = { values: {}, ...noEntries(SETTINGS) };
