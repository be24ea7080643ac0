/**
 * Adds rigs by what they are made of, from this machine or from an address.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { interruptible } from "../../host/interruption.ts";
import { absolutePath } from "../../host/path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type AddedRig, addRig as add } from "../../rig/add/add.ts";
import { type AddedKind, isAddress, keptAddress, meansOne } from "../../rig/add/source.ts";
import { sweepWork, workFolder } from "../../rig/create/leftovers.ts";
import { chosenRuntime } from "../../run/used_runtimes.ts";
import { imagesOf } from "../../runtime/open.ts";
import { download } from "./download.ts";

/** How a rig is added. */
export interface AddRigOptions {
  /** The folder to which a relative path is relative. */
  readonly cwd: string;
  readonly engine?: string | undefined;
  /** [default: derived from the source] */
  readonly name?: string | undefined;
  /** What it is taken for. [default: what it looks like] */
  readonly as?: AddedKind | undefined;
  /** What is downloaded must have this SHA-256, in hexadecimal digits. */
  readonly sha256?: string | undefined;
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Adds a rig: by the reference of an image, the path of an image or of a Containerfile, or the address of one. Throws as `addRig` of
 * `lib/rig` does, `cannot-fetch`, `insecure-address` and `wrong-checksum`.
 */
export function addRig(host: Host, source: string, options: AddRigOptions): Promise<AddedRig> {
  return interruptible((signal) => added(host, source, { ...options, signal }), options.signal);
}

async function added(
  host: Host,
  source: string,
  options: AddRigOptions & { readonly signal: AbortSignal },
): Promise<AddedRig> {
  const { cwd, engine, as: kind, name, sha256, force = false, signal } = options;
  const progress = host.ui.progress();
  const take = (from: string, file: string | undefined) =>
    add({
      host,
      images: async () => {
        const runtime = await chosenRuntime(host, engine);
        return { store: imagesOf(runtime), place: runtime };
      },
      progress,
      source: from,
      file,
      kind,
      name,
      force,
      signal,
    });
  if (!isAddress(source)) {
    if (sha256 !== undefined) {
      throw new KanibakoError("no-download", "--sha256 is about what is downloaded, and nothing is.");
    }
    const path = absolutePath(source, cwd);
    const isFile = await Deno.stat(path).then((found) => found.isFile, () => false);
    if (isFile && kind !== "template" && !meansOne(source)) {
      throw new KanibakoError(
        "cannot-classify",
        `${shellQuote(source)} is a file here, and could be the reference of an image, too.`,
        {
          hint: [`For the file: kanibako rig add ./${source}`, "For the image, run this in another folder."],
        },
      );
    }
    return await take(isFile ? path : source, isFile ? path : undefined);
  }
  await sweepWork(host.dirs);
  await using scratch = await workFolder(host.dirs);
  const file = `${scratch.path}/download`;
  progress.step(`Downloading ${keptAddress(source)}`);
  await download(source, file, { sha256, signal });
  return await take(keptAddress(source), file);
}
