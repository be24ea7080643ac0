/**
 * The image a `devcontainer.json` wants: as it is named, or built of the project's Dockerfile, with its features on top. What was built
 * is known by what decided it, so that nothing is built twice.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { interruptible } from "../host/interruption.ts";
import { sha256 } from "../host/sha256.ts";
import { shellQuote } from "../host/ui/text.ts";
import { version } from "../host/version.ts";
import { findLocal, parseImageName, qualified } from "../rig/image_name.ts";
import { rigsLock } from "../rig/rigs_lock.ts";
import { Scratch } from "../rig/scratch.ts";
import type { ImageInfo, ImageStore } from "../runtime/images.ts";
import { buildImage } from "./build/build_image.ts";
import { readDeciding } from "./content.ts";
import { collect, installFeatures } from "./features/install_image.ts";
import { LABEL_OWNER, ownerMark } from "../runtime/labels.ts";
import { imageMetadata } from "./image_metadata.ts";
import type { Making, PrepareImageOptions } from "./making.ts";

import type { DevContainer, PreparedImage } from "./types.ts";

/** What goes into the name of an image besides what the project says: what is built, changes with it. */
const RECIPE = 1;
/** By which images of projects are found. */
export const LABEL_DEVCONTAINER = "kanibako.devcontainer";

/**
 * Makes the image ready. Signals that would end this process end the work first, and nothing of it is left; so does `signal`. Throws
 * `devcontainer-changed` when the project was changed meanwhile, `engine` where the build fails, `bad-dockerfile`, `bad-feature`,
 * `bad-image-metadata`.
 */
export async function prepareImage(dev: DevContainer, options: PrepareImageOptions): Promise<PreparedImage> {
  const { store, host, progress, project, force } = options;
  const work = options.signal ? { signal: options.signal } : {};
  if (!dev.build && dev.features.length === 0) {
    return await interruptible(
      (signal) => namedImage(dev.image!, { ...options, ...work, signal }),
      options.signal,
    );
  }
  const reference = await builtReference(dev, project);
  const present = async () => {
    const found = force ? undefined : await store.get(reference);
    return found && prepared(reference, "present", found, `The image of ${shellQuote(dev.path)} is ready.`);
  };
  const early = await present();
  if (early) return early;
  using _lock = await rigsLock({ host, progress });
  const other = await present();
  if (other) return other;
  await Scratch.sweep(host.dirs);
  try {
    return await interruptible((signal) => built(dev, reference, { ...options, signal }), options.signal);
  } finally {
    progress.stop();
  }
}

/** The image as the file names it: here, or pulled. */
async function namedImage(
  image: string,
  { store, progress, force, signal }: PrepareImageOptions & { readonly signal: AbortSignal },
): Promise<PreparedImage> {
  if (!parseImageName(image)) {
    throw new KanibakoError(
      "bad-devcontainer",
      `Cannot use the image ${shellQuote(image)}: it is no image's name.`,
    );
  }
  const local = force ? undefined : findLocal(image, await namesOf(store));
  const reference = local ?? qualified(image);
  if (local === undefined) {
    progress.step(`Pulling ${reference}`);
    await store.pull(reference, { onOutput: (text) => progress.output(text), signal });
  }
  const found = await store.get(reference);
  if (!found) throw new KanibakoError("no-image", `The image ${shellQuote(reference)} is not here.`);
  const how = local === undefined ? "pulled" : "present";
  return prepared(
    reference,
    how,
    found,
    how === "pulled" ? `Pulled ${reference}.` : `The image ${reference} is ready.`,
  );
}

async function built(
  dev: DevContainer,
  reference: string,
  options: PrepareImageOptions & { readonly signal: AbortSignal },
): Promise<PreparedImage> {
  const { store, host, tree, progress, project } = options;
  const began = Date.now();
  await using scratch = await Scratch.create(host.dirs);
  const copied = readDeciding(tree, dev.path);
  const owner = await ownerMark(host.dirs.state);
  const labels = { [LABEL_DEVCONTAINER]: project, [LABEL_OWNER]: owner, "kanibako.version": version };
  const making: Making = { ...options, dev, scratch, labels, copied, names: await namesOf(store) };
  if (dev.features.length === 0) await buildImage(making, reference);
  else await builtWithFeatures(making, reference);
  const found = await store.get(reference);
  if (!found) {
    throw new KanibakoError("no-image", `The image ${shellQuote(reference)} is not here after its build.`);
  }
  await dropOlder(store, project, reference);
  progress.stop();
  const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
  return prepared(reference, "built", found, `Built the image of ${shellQuote(dev.path)} in ${seconds} s.`);
}

async function builtWithFeatures(making: Making, reference: string): Promise<void> {
  const { dev, store } = making;
  const collected = await collect(making);
  if (!dev.build) {
    const base = await namedImage(dev.image!, making);
    return await installFeatures(making, collected, base.reference, reference);
  }
  const base = `${reference}-base`;
  try {
    await installFeatures(making, collected, await buildImage(making, base), reference);
  } catch (cause) {
    // The engine keeps its layers for the next try.
    await store.remove(base).catch(() => {});
    throw cause;
  }
}

/** By project and by all that decides. */
async function builtReference({ hash, build, features }: DevContainer, project: string): Promise<string> {
  const digest = await sha256(
    JSON.stringify([RECIPE, hash, build?.args, features.map(({ options }) => options)]),
  );
  const name = project.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) ||
    "project";
  return `localhost/kanibako-dev-${name}:${digest.slice(0, 16)}`;
}

function prepared(
  reference: string,
  how: PreparedImage["how"],
  image: ImageInfo,
  summary: string,
): PreparedImage {
  return { reference, how, metadata: imageMetadata(reference, image), summary };
}

async function namesOf(store: ImageStore): Promise<readonly string[]> {
  return (await store.list()).flatMap(({ names }) => names);
}

/** What the project had before. What is in use stays. */
async function dropOlder(store: ImageStore, project: string, reference: string): Promise<void> {
  for (const { labels, names } of await store.list()) {
    if (labels[LABEL_DEVCONTAINER] !== project) continue;
    // What somebody made of one has its labels, and another name.
    const ours = names.filter((name) => name.startsWith("localhost/kanibako-dev-"));
    for (const name of ours.filter((one) => one !== reference && one !== `${reference}-base`)) {
      await store.remove(name).catch(() => {});
    }
  }
}
