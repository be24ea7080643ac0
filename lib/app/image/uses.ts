/**
 * Who uses the images of an engine: boxes that have a container, projects whose boxes start in them, and rigs that are built on them.
 *
 * @module
 */

import { resolveSettings } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { debug } from "../../host/log.ts";
import { listProjects } from "../../project/list.ts";
import { locateProject } from "../../project/locate.ts";
import { baseOf, findRecipe } from "../../rig/containerfiles.ts";
import { findLocal, tagged } from "../../rig/image_name.ts";
import type { RigView } from "../../rig/lookup.ts";
import { keptBoxes } from "../run/kept.ts";
import { configuredRig } from "../../rig/reference.ts";
import { recipeOf } from "../../rig/resolve.ts";
import type { FoundBox } from "../../run/find_boxes.ts";
import type { ImageInfo } from "../../runtime/images.ts";

/** Users of images, by the image's id. */
export type ImageUses = ReadonlyMap<string, readonly string[]>;

/** Finds out who uses what. `boxes`: those of the engine whose images `view` has. */
export async function imageUses(host: Host, view: RigView, boxes: readonly FoundBox[]): Promise<ImageUses> {
  const uses = new Map<string, Set<string>>();
  const use = (image: ImageInfo | undefined, user: string): boolean => {
    if (!image) return false;
    const users = uses.get(image.id) ?? new Set();
    uses.set(image.id, users.add(user));
    return users.size === 1;
  };
  const projects = await listProjects(host);
  const names = new Map(projects.map(({ id, qualifiedName }) => [id, qualifiedName]));
  for (const { id, info } of boxes) use(imageOf(view, info.image), names.get(id) ?? id);
  use(rigImage(view, configuredRig(host)), "default rig");
  for (const { name, image, from } of await keptBoxes(host)) {
    use(imageOf(view, image), name);
    use(imageOf(view, from), name);
  }
  for (const { qualifiedName, status } of projects) {
    if (status !== "ok") continue;
    for (const word of await rigsOf(host, qualifiedName)) use(rigImage(view, word), qualifiedName);
  }
  // What is used stands on its base, and that on another one.
  for (let found = [...uses.keys()]; found.length > 0;) {
    found = (await Promise.all(found.map(async (id) => {
      const image = view.images.find((one) => one.id === id)!;
      const base = await basedOn(host, view, image);
      return base && use(base, `base of ${image.names[0]}`) ? [base.id] : [];
    }))).flat();
  }
  return new Map([...uses].map(([id, users]) => [id, [...users].sort()]));
}

/** The image that a container is of: by its name or its id, as the engine says it. */
function imageOf(view: RigView, word: string): ImageInfo | undefined {
  const id = word.replace(/^sha256:/, "");
  return view.images.find(({ names }) => names.includes(tagged(word))) ??
    view.images.find((image) => id.length >= 12 && image.id.replace(/^sha256:/, "").startsWith(id));
}

/** The image that a rig's name stands for here. */
function rigImage(view: RigView, word: string): ImageInfo | undefined {
  try {
    const { status, reference } = view.resolve(word);
    return status === "ready" ? imageOf(view, reference) : undefined;
  } catch (error) {
    debug(() => `${word} is no rig: ${error}`);
    return undefined;
  }
}

/** The rigs that a project's boxes are from. Of settings that do not count, such as unapproved ones, nobody starts a box. */
async function rigsOf(host: Host, project: string): Promise<readonly string[]> {
  try {
    const settings = await resolveSettings(host, await locateProject(host, project), undefined, {});
    const { image, browser, browserImage } = settings;
    return browser.value ? [image.value, browserImage.value] : [image.value];
  } catch (error) {
    debug(() => `the rig of ${project} is not known: ${error}`);
    return [];
  }
}

/** The image that another one was built on, where it is here. */
async function basedOn(host: Host, view: RigView, image: ImageInfo): Promise<ImageInfo | undefined> {
  for (const name of image.names) {
    const word = recipeOf(name, view.around.recipes);
    const recipe = word === undefined ? undefined : await findRecipe(host.dirs, word);
    const base = recipe && baseOf(recipe);
    const here = base && findLocal(base.reference, view.around.images);
    if (here) return imageOf(view, here);
  }
  return undefined;
}
