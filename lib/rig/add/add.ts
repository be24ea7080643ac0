/**
 * Adds a rig by what it is made of: an image in a registry, an image in a file, or a Containerfile. Nothing is pulled or built.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { sha256 } from "../../host/sha256.ts";
import { writeText } from "../../host/store.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageStore } from "../../runtime/images.ts";
import type { Progress } from "../../spec/ui.ts";
import { templateName } from "../aliases.ts";
import { readImageFile } from "../bundle/image_file.ts";
import { loadImage } from "../bundle/load_image.ts";
import { sweepWork, workFolder, type WorkPlace } from "../create/leftovers.ts";
import { alreadyThere, madeReference } from "../create/name.ts";
import { isShortName } from "../containerfiles.ts";
import { findLocal, parseImageName } from "../image_name.ts";
import { type RigView, viewRigs } from "../lookup.ts";
import { recordRig } from "../records.ts";
import { isByHand, rowOf, writeRigRow } from "../registry.ts";
import { type AddedKind, checkAddedName, containerfileText, derivedName, kindOfFile } from "./source.ts";

/** What is added, and how. */
export interface AddOptions {
  readonly host: Host;
  /** Asked for only where an image is loaded. */
  readonly images: () => Promise<{ readonly store: ImageStore; readonly place: WorkPlace }>;
  readonly progress: Progress;
  /** Where it comes from: a reference, the path of a file, an address. */
  readonly source: string;
  /** The file, where there is one. */
  readonly file: string | undefined;
  /** What it is taken for. [default: what it looks like] */
  readonly kind?: AddedKind | undefined;
  /** [default: derived from the source] */
  readonly name?: string | undefined;
  /** Replaces a rig of that name. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What was added. */
export interface AddedRig {
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly kind: AddedKind;
  /** The image; `undefined` where one is yet to be built. */
  readonly reference: string | undefined;
  /** Whether that is here already. */
  readonly ready: boolean;
}

/**
 * Adds a rig. Throws `cannot-classify`, `no-name`, `bad-rig`, `rig-exists`, and what reading an archive throws.
 */
export async function addRig(options: AddOptions): Promise<AddedRig> {
  const { source, file } = options;
  const kind = await classify(options);
  const name = options.name ?? derivedName(source, kind);
  if (name === undefined) {
    throw new KanibakoError("no-name", `${shellQuote(source)} says no name for the rig.`, {
      hint: "Give it one: --name NAME",
    });
  }
  checkAddedName(name, kind);
  const view = await viewRigs(options.host, undefined);
  checkFree(name, options, view);
  if (file === undefined) return await addReference(name, options);
  return kind === "template" ? await addTemplate(name, file, options) : await addImage(name, file, options);
}

async function classify({ source, file, kind }: AddOptions): Promise<AddedKind> {
  if (file !== undefined) {
    const found = kind ?? await kindOfFile(file);
    if (found !== undefined) return found;
    throw new KanibakoError(
      "cannot-classify",
      `${shellQuote(source)} is neither a Containerfile nor an image.`,
      {
        hint: "If you know what it is: --as image or --as template",
      },
    );
  }
  if (kind === "template") {
    throw new KanibakoError("cannot-classify", `There is no file ${shellQuote(source)}.`);
  }
  if (parseImageName(source) !== undefined) return "image";
  throw new KanibakoError(
    "cannot-classify",
    `${shellQuote(source)} is neither a file nor an image reference.`,
    {
      hint: "Give a file, an address, or a reference such as registry.example/owner/image:tag.",
    },
  );
}

/** What goes by the name already is only replaced where that is wanted; what was made by hand is not. */
function checkFree(name: string, { force }: AddOptions, view: RigView): void {
  if (isByHand(rowOf(view.around.rows, name))) throw madeByHand(name, name);
  if (force) return;
  const isTemplate = view.around.templates.some((one) => one.name === templateName(name));
  if (!isTemplate && !rowOf(view.around.rows, name) && !view.around.recipes.includes(name)) return;
  throw alreadyThere(name, "To replace it, add --force. To give this one another name: --name NAME");
}

/** An image made by hand counts, too, where it is not written down any more. */
async function checkNotByHand(name: string, host: Host, store: ImageStore): Promise<void> {
  const { images, byHand = [] } = (await viewRigs(host, store)).around;
  const made = findLocal(madeReference(name, "template"), byHand) ??
    findLocal(madeReference(name, "rig"), images);
  if (made !== undefined) throw madeByHand(name, made);
}

function madeByHand(name: string, what: string): KanibakoError {
  return alreadyThere(name, `${what} was made by hand. To give it up: kanibako rig rm ${what}`);
}

async function addReference(name: string, { host, source }: AddOptions): Promise<AddedRig> {
  await writeRigRow(host.dirs, name, { kind: "prefab", source_type: "ref", source, added: now() });
  return { name, kind: "image", reference: source, ready: false };
}

async function addTemplate(
  name: string,
  file: string,
  { host, source, images }: AddOptions,
): Promise<AddedRig> {
  const text = await containerfileText(file);
  if (text === undefined) {
    throw new KanibakoError(
      "cannot-classify",
      `${quotePath(file)} is no Containerfile: it is too large, or no text.`,
    );
  }
  const { store } = await images();
  await checkNotByHand(name, host, store);
  const path = `${host.dirs.data}/containers/Containerfile.template-${name}`;
  await writeText(path, text, 0o644);
  await writeRigRow(host.dirs, name, {
    kind: "template",
    source_type: "file",
    source,
    added: now(),
    sha256: await sha256(text),
  });
  return { name, kind: "template", reference: undefined, ready: false };
}

/** An image out of a file is never called what the file says: that could be the name of another one. */
async function addImage(name: string, file: string, options: AddOptions): Promise<AddedRig> {
  const { host, source, progress, images, signal } = options;
  const { dirs } = host;
  const { store, place } = await images();
  if (isShortName(name)) await checkNotByHand(name, host, store);
  const { repository = name, tag = "latest" } = parseImageName(name) ?? {};
  const reference = `localhost/kanibako-file/${repository}:${tag}`;
  await sweepWork(dirs);
  await using scratch = await workFolder(dirs);
  progress.step(`Reading ${file}`);
  const image = await readImageFile(file, scratch.path, signal);
  progress.step(`Loading the image ${reference}`);
  await loadImage(image, reference, { dirs, store, place, scratch: scratch.path, signal });
  await writeRigRow(dirs, name, {
    kind: "prefab",
    source_type: "file",
    source,
    image: reference,
    added: now(),
  });
  const loaded = await store.get(reference);
  if (loaded) await recordRig(dirs, name, { reference, imageId: loaded.id });
  progress.stop();
  return { name, kind: "image", reference, ready: true };
}

function now(): string {
  return new Date().toISOString();
}
