/**
 * Agents that did not come with this program, and places where agents were found, as far as this process knows them. The configuration
 * sets both when it is opened; what looks for agents then needs to be given neither.
 *
 * @module
 */

import type { Declaration } from "./declared/schema.ts";

/** One of the user's own agents. */
export interface Plugin {
  readonly declaration: Declaration;
  /** The file that declares it. */
  readonly file: string;
}

/** A file among the user's agents that cannot be used. */
export interface PluginProblem {
  /** The agent's name, as the file's own name says. */
  readonly name: string;
  readonly file: string;
  /** One sentence. */
  readonly message: string;
  readonly hints: readonly string[];
}

/** The user's own agents. */
export interface KnownPlugins {
  readonly plugins: ReadonlyMap<string, Plugin>;
  readonly problems: ReadonlyMap<string, PluginProblem>;
}

const NONE: KnownPlugins = { plugins: new Map(), problems: new Map() };

let known = NONE;
let changes = 0;
let placesFile: string | undefined;

/** Says which there are; nothing: none. */
export function setPlugins(plugins: KnownPlugins = NONE): void {
  if (plugins === known) return;
  known = plugins;
  changes++;
}

/** Those there are. */
export function knownPlugins(): KnownPlugins {
  return known;
}

/** Counts how often {@link setPlugins} changed them, for what is made of them. */
export function pluginChanges(): number {
  return changes;
}

/** Says in which file the places are kept where agents were found. */
export function setPlacesFile(file: string): void {
  placesFile = file;
}

/** Where an agent was found the last time. What cannot be read is nothing known. */
export function rememberedPlace(name: string): string | undefined {
  const place = rememberedPlaces()[name];
  return typeof place === "string" && place.startsWith("/") ? place : undefined;
}

/** All such places, by the agent's name. */
export function rememberedPlaces(): Readonly<Record<string, unknown>> {
  if (placesFile === undefined) return {};
  try {
    const value: unknown = JSON.parse(Deno.readTextFileSync(placesFile));
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
