/**
 * Rigs that were made by hand, from one machine to another.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { absolutePath } from "../../host/path.ts";
import { exportRig as write } from "../../rig/bundle/export.ts";
import { type ImportedRig, importRig as take } from "../../rig/bundle/import.ts";
import { chosenRuntime } from "../../run/used_runtimes.ts";
import { imagesOf } from "../../runtime/open.ts";
import { rigStore } from "./store.ts";

/** How a rig is carried. */
export interface CarryOptions {
  /** The folder to which a relative path is relative. */
  readonly cwd: string;
  readonly engine?: string | undefined;
  /** Replaces what is there. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A file that was written. */
export interface ExportedRig {
  /** Absolute path. */
  readonly path: string;
  /** The size of the file, in bytes. */
  readonly sizeBytes: number;
}

/** Writes a rig that was made by hand into a file, `NAME.rig.tgz` by default. Throws as `exportRig` of `lib/rig` does. */
export async function exportRig(
  host: Host,
  name: string,
  { cwd, engine, out, force = false, signal }: CarryOptions & { readonly out?: string | undefined },
): Promise<ExportedRig> {
  const path = absolutePath(out ?? `${name.replaceAll("/", "-")}.rig.tgz`, cwd);
  const sizeBytes = await write(name, path, {
    host,
    store: await rigStore(host, engine),
    progress: host.ui.progress(),
    overwrite: force,
    signal,
  });
  return { path, sizeBytes };
}

/** Takes a rig in that was exported. Throws as `importRig` of `lib/rig` does. */
export async function importRig(
  host: Host,
  file: string,
  { cwd, engine, name, force = false, signal }: CarryOptions & { readonly name?: string | undefined },
): Promise<ImportedRig> {
  const runtime = await chosenRuntime(host, engine);
  return await take(absolutePath(file, cwd), {
    host,
    store: imagesOf(runtime),
    place: runtime,
    progress: host.ui.progress(),
    name,
    force,
    signal,
  });
}
