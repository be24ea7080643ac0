/**
 * Takes a rig in that was exported elsewhere. It gets its own name here and takes none that means something else.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { interruptible } from "../../host/interruption.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageStore } from "../../runtime/images.ts";
import type { Progress } from "../../spec/ui.ts";
import { templateName } from "../aliases.ts";
import { sweepWork, workFolder, type WorkPlace } from "../create/leftovers.ts";
import { alreadyThere, checkNewName, madeReference, replacedBy } from "../create/name.ts";
import { type RigView, viewRigs } from "../lookup.ts";
import { recordRig } from "../records.ts";
import { writeRigRow } from "../registry.ts";
import { loadImage } from "./load_image.ts";
import { readBundle } from "./read_bundle.ts";

/** How a bundle is taken in. */
export interface ImportOptions {
  readonly host: Host;
  readonly store: ImageStore;
  readonly place: WorkPlace;
  readonly progress: Progress;
  /** The rig's name here. [default: the one it had] */
  readonly name?: string | undefined;
  /** Replaces a rig of that name that was made by hand. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What was taken in. */
export interface ImportedRig {
  /** Its name here. */
  readonly name: string;
  /** The reference of its image. */
  readonly reference: string;
  /** Whether a Containerfile of what it was extended from is in the bundle. */
  readonly hasContainerfile: boolean;
}

/**
 * Takes a rig in. Throws `bad-archive`, `unsafe-archive`, `too-large`, `bad-rig`, `rig-exists`, and `foreign-image` where the image says
 * that it is another rig.
 */
export function importRig(file: string, options: ImportOptions): Promise<ImportedRig> {
  return interruptible((signal) => take(file, { ...options, signal }), options.signal);
}

async function take(
  file: string,
  options: ImportOptions & { readonly signal: AbortSignal },
): Promise<ImportedRig> {
  const { host, store, place, progress, signal } = options;
  const { dirs } = host;
  const view = await viewRigs(host, store);
  await sweepWork(dirs);
  await using scratch = await workFolder(dirs);
  const folder = `${scratch.path}/parts`;
  await Deno.mkdir(folder);
  progress.step(`Reading ${file}`);
  const { metadata, image, containerfile } = await readBundle(file, {
    folder,
    signal,
    onMetadata: ({ name }) => checkName(options.name ?? name, options, view),
  });
  const name = options.name ?? metadata.name;
  const said = image.labels["kanibako.rig"];
  if (said !== undefined && said !== `rig-${metadata.name}` && said !== `template-${metadata.name}`) {
    throw new KanibakoError(
      "foreign-image",
      `The image in the bundle is not that of the rig ${shellQuote(metadata.name)}.`,
      {
        hint: `It says that it is ${shellQuote(said)}.`,
      },
    );
  }
  const reference = madeReference(name, "rig");
  progress.step(`Loading the image ${reference}`);
  await loadImage(image, reference, { dirs, store, place, scratch: scratch.path, signal });
  await writeRigRow(dirs, name, {
    kind: "extended",
    source_type: "import",
    source: file,
    image: reference,
    parent: metadata.parent,
    foundation_source: metadata.foundation_source,
    reproducible: false,
    created: metadata.created,
    added: new Date().toISOString(),
  });
  const loaded = await store.get(reference);
  if (loaded) await recordRig(dirs, name, { reference, imageId: loaded.id });
  progress.stop();
  return { name, reference, hasContainerfile: containerfile !== undefined };
}

/** A name that a file chose must not be one that means something here. */
function checkName(name: string, options: ImportOptions, view: RigView): void {
  const another = "To give it another name here: --name NAME";
  try {
    checkNewName(name);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    throw new KanibakoError(error.code, error.message, { hint: [...error.hints, another] });
  }
  if (view.around.templates.some((one) => one.name === templateName(name))) {
    throw alreadyThere(name, "A template goes by that name.", another);
  }
  const replaced = replacedBy(name, "rig", view);
  if (replaced !== undefined && !options.force) {
    throw alreadyThere(name, another, "To replace it, add --force.");
  }
}
