/**
 * Caches that boxes share: where they are, and where in the box they appear. One that has no folder yet is not there.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { keyOf, type Source, sourceText } from "../spec/source.ts";
import type { Setting, Settings } from "./settings.ts";
import type { SystemConfig } from "./system.ts";

/** A shared cache. */
export interface Cache {
  readonly name: string;
  /** Its folder on the host. Boxes write in it. */
  readonly source: string;
  /** Relative to the box's home. */
  readonly path: string;
  readonly from: Source;
}

/** The folder of the caches all boxes share. */
export function globalCacheRoot(system: Pick<SystemConfig, "paths">): string {
  return `${system.paths.shared}/global`;
}

/** The folder of the caches all boxes of an agent share: those of a workset have one of their own. */
export function agentCacheRoot(
  system: SystemConfig,
  agent: string,
  workset?: { readonly root: string },
): string {
  const shared = workset
    ? `${workset.root}/${system.config.values["paths.shared"] ?? "shared"}`
    : system.paths.shared;
  return `${shared}/${agent}`;
}

/**
 * The caches the settings ask for, whether or not their folders are there. Throws `bad-cache` for a name or a path that
 * leads out of its place. `taken`: names of folders beside the global caches that are no caches.
 */
export function resolveCaches(
  system: SystemConfig,
  settings: Pick<Settings, "caches" | "agentCaches">,
  agent: string,
  workset: { readonly root: string } | undefined,
  taken: readonly string[] = [],
): Cache[] {
  const global = entries(settings.caches, globalCacheRoot(system), "shared");
  for (const { name, from } of global) {
    if (taken.includes(name)) throw wrong(`shared.${name}`, from, "the name is an agent's");
  }
  return [...global, ...entries(settings.agentCaches, agentCacheRoot(system, agent, workset), "shared")];
}

function entries(caches: Readonly<Record<string, Setting<string>>>, root: string, key: string): Cache[] {
  return Object.entries(caches).sort(([a], [b]) => a < b ? -1 : 1).flatMap(([name, { value, from }]) => {
    // An empty text takes away what a weaker level sets.
    if (value === "") return [];
    if (!isCacheName(name)) {
      throw wrong(`${key}.${name}`, from, "a cache's name is letters, digits, and - _ . in between");
    }
    const path = cachePath(value);
    if (path === undefined) {
      throw wrong(`${key}.${name}`, from, `${shellQuote(value)} is no path in the box's home`);
    }
    return [{ name, source: `${root}/${name}`, path, from: keyOf(from, `${key}.${name}`) }];
  });
}

/** Whether a text can be a cache's name: it is a folder's name, too. */
export function isCacheName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(name);
}

/** A cache's place, relative to the home; `undefined` when it is none. `~/` may stand before it. */
export function cachePath(text: string): string | undefined {
  const parts = text.replace(/^~\//, "").split("/");
  if (parts.at(-1) === "") parts.pop();
  const sound = parts.length > 0 && parts[0] !== "~" &&
    parts.every((part) => part !== "" && part !== "." && part !== ".." && !part.includes("\0"));
  return sound ? parts.join("/") : undefined;
}

function wrong(key: string, from: Source, why: string): KanibakoError {
  return new KanibakoError("bad-cache", `Cannot use ${key} (${sourceText(from)}): ${why}.`, {
    hint: `Write it as a path relative to the home, such as .cache/pip; "" takes it away.`,
  });
}
