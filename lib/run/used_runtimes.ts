/**
 * Which runtimes have had boxes of ours: only these, and the one in use, are asked for boxes. A file for each, so that noting one costs a
 * look.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { schemaOf, shape, text } from "../host/light_schema.ts";
import { placeCheck } from "./record.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";
import { openRuntime, reopenRuntime } from "../runtime/open.ts";
import type { BoxRuntime, RuntimePlace } from "../runtime/runtime.ts";

interface Used {
  readonly runtime: string;
  readonly place: RuntimePlace;
}

const schema: Schema<Used> = schemaOf(shape({ runtime: text, place: placeCheck }));

function folder(host: Host): string {
  return `${host.dirs.state}/runtimes`;
}

/** Remembers that a runtime is used for boxes. */
export async function noteRuntime(host: Host, { kind, place }: BoxRuntime): Promise<void> {
  const path = `${folder(host)}/${nameOf(kind, place)}.json`;
  if (exists(path)) return;
  await writeJson(path, { runtime: kind, place });
}

/** The runtime in use, or the one named. Throws `no-engine`, `bad-engine`, `remote-engine`. */
export async function chosenRuntime({ dirs, system }: Host, kind?: string): Promise<BoxRuntime> {
  const configured = system.config.values["engine"];
  return await openRuntime(dirs, kind, undefined, typeof configured === "string" ? configured : undefined);
}

/** The runtime in use, or the one named. `undefined`: none is installed and none was named. */
export async function defaultRuntime(host: Host, kind?: string): Promise<BoxRuntime | undefined> {
  try {
    return await chosenRuntime(host, kind);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "no-engine" && kind === undefined) return undefined;
    throw error;
  }
}

/** The runtimes that have had boxes of ours and are still on this machine, beside the one in use. */
export async function otherRuntimes(
  host: Host,
  first: BoxRuntime | undefined,
): Promise<readonly BoxRuntime[]> {
  const found = new Map<string, BoxRuntime>();
  const name = ({ kind, place }: BoxRuntime) => nameOf(kind, place);
  for (const used of await usedRuntimes(host)) {
    const runtime = await reopenRuntime(host.dirs, used.runtime, used.place);
    if (runtime && (!first || name(runtime) !== name(first))) found.set(name(runtime), runtime);
  }
  return [...found.values()];
}

async function usedRuntimes(host: Host): Promise<Used[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder(host))) if (name.endsWith(".json")) names.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const read = await Promise.all(
    names.sort().map((name) =>
      readJson(`${folder(host)}/${name}`, schema).catch((error: unknown) => {
        debug(() => `${name} is not used: ${error}`);
        return undefined;
      })
    ),
  );
  return read.flatMap((used) => used ?? []);
}

/** A file name for it: the same runtime has the same name in every process. */
function nameOf(kind: string, place: RuntimePlace): string {
  const sorted = Object.entries(place).sort(([a], [b]) => a < b ? -1 : 1);
  return encodeURIComponent([kind, ...sorted.flat()].join(" ")).slice(0, 200);
}
