/**
 * The registry of names: which project, or workset, a name stands for.
 *
 * @module
 */

import { mapped, matching, optional, schemaOf, shape, tableOf } from "../host/light_schema.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { FileLock, readToml, type Schema, writeToml } from "../host/store.ts";
import { isName } from "./names.ts";

/** Names of both kinds, each with its absolute path. A name is used once across both. */
export interface Registry {
  readonly projects: Readonly<Record<string, string>>;
  readonly worksets: Readonly<Record<string, string>>;
  /** Entries of the earlier program under names that are none here. They are kept, and nothing else. */
  readonly unusable?: Readonly<Record<"projects" | "worksets", Readonly<Record<string, string>>>> | undefined;
}

/** A registry that may be changed. */
export interface RegistryDraft {
  projects: Record<string, string>;
  worksets: Record<string, string>;
  readonly unusable?: Registry["unusable"];
}

const TABLES = ["projects", "worksets"] as const;

const NAMES = optional(tableOf(matching(/^\//, "not an absolute path")));
const SCHEMA: Schema<RegistryDraft> = schemaOf(mapped(
  shape({ projects: NAMES, worksets: NAMES }, "refused"),
  ({ projects = {}, worksets = {} }) => {
    if (Object.keys(projects).every(isName) && Object.keys(worksets).every(isName)) {
      return { projects, worksets };
    }
    // The earlier program took any text for a name. None of them may stop every command, or become a folder's name.
    const [here, there] = [divided(projects), divided(worksets)];
    return {
      projects: here.names,
      worksets: there.names,
      unusable: { projects: here.rest, worksets: there.rest },
    };
  },
));

function divided(table: Readonly<Record<string, string>>) {
  const part = (wanted: boolean): Record<string, string> =>
    Object.fromEntries(Object.entries(table).filter(([name]) => isName(name) === wanted));
  return { names: part(true), rest: part(false) };
}

/** Reads the registry. Empty when there is none. */
export async function readRegistry(host: Host): Promise<Registry> {
  return await readToml(host.system.paths.names, SCHEMA) ?? { projects: {}, worksets: {} };
}

/**
 * Changes the registry: read, changed and written by one process at a time, whole or not at all. When `change` throws,
 * nothing is written.
 */
export async function updateRegistry<T>(
  host: Host,
  change: (draft: RegistryDraft) => T | Promise<T>,
): Promise<T> {
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/names.lock`);
  const draft = await readRegistry(host) as RegistryDraft;
  const before = JSON.stringify(draft);
  const result = await change(draft);
  if (JSON.stringify(draft) !== before) {
    const sorted = TABLES.map((
      table,
    ) => [
      table,
      Object.fromEntries(Object.entries({ ...draft.unusable?.[table], ...draft[table] }).sort(byName)),
    ]);
    await writeToml(host.system.paths.names, Object.fromEntries(sorted));
  }
  return result;
}

/** Throws `name-taken` for a name that a project or a workset has. `hint`: what the user can do. */
export function checkNameFree(registry: Registry, name: string, hint: string): void {
  for (const kind of TABLES) {
    if (!Object.hasOwn(registry[kind], name)) continue;
    throw new KanibakoError(
      "name-taken",
      `The name ${shellQuote(name)} is taken by the ${kind.slice(0, -1)} in ${
        shellQuote(registry[kind][name]!)
      }.`,
      { hint },
    );
  }
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
