/**
 * What a rig's name means: which kind of rig, which image, and what it would take to have it. Pure.
 *
 * @module
 */

import { templateName } from "./aliases.ts";
import { isShortName, type Template } from "./containerfiles.ts";
import { baseName, checkImageName, findLocal, parseImageName, tagged } from "./image_name.ts";
import { prefabName, publishedName, standsFor } from "./reference.ts";
import { isByHand, type RigRow, type RigRows, rowOf } from "./registry.ts";

/** What decides the meaning of a name. */
export interface RigSurroundings {
  /** References of the images that are here. */
  readonly images: readonly string[];
  readonly rows: RigRows;
  /** Those of the images that say that they were made by hand. */
  readonly byHand?: readonly string[];
  readonly templates: readonly Template[];
  /** Names of all recipes, such as `oci`. */
  readonly recipes: readonly string[];
  /** Registry and owner of prefab rigs, when one is configured. */
  readonly prefix: string | undefined;
  /** The reference the word stood for when it was last made ready. */
  readonly recorded?: string | undefined;
}

/** A rig, resolved. */
export interface Rig {
  /** What the user said. */
  readonly word: string;
  /** Who makes it. */
  readonly kind: "prefab" | "template" | "extended";
  /** The image. When it is here, as the engine lists it. */
  readonly reference: string;
  /** `ready`: here; otherwise how it would be had; `missing`: there is no way. */
  readonly status: "ready" | "pull" | "build" | "missing";
  /** The recipe it can be built from. */
  readonly recipe: string | undefined;
  /** Where the name was found. `guess`: nowhere; it is taken for an image. */
  readonly origin: "image" | "registry" | "template" | "recipe" | "prefab" | "reference" | "guess";
}

/** The image a recipe's build is tagged with. */
export function builtReference(recipe: string): string {
  return `localhost/kanibako-${recipe}:latest`;
}

/** Resolves a rig's name. Throws `bad-rig` for what cannot be one. */
export function resolveRig(word: string, around: RigSurroundings): Rig {
  const name = checkImageName(word);
  return added(word, around) ?? madeHere(word, around) ?? registered(word, around) ??
    template(word, around) ??
    alias(word, around) ?? prefab(word, around, name.registry !== undefined);
}

/** The template of another name; a Containerfile of the user's own by this name counts more. */
function alias(word: string, around: RigSurroundings): Rig | undefined {
  const name = templateName(word);
  if (name === word || around.recipes.includes(word)) return undefined;
  const rig = madeHere(name, around) ?? template(name, around);
  return rig && { ...rig, word };
}

/** An image that somebody has added under a name counts more than another one that is called like it, such as a template's. */
function added(word: string, around: RigSurroundings): Rig | undefined {
  const row = rowOf(around.rows, word);
  const isAdded = row?.source_type === "ref" || row?.source_type === "file";
  return isAdded && !isByHand(row) ? registered(word, around) : undefined;
}

function madeHere(word: string, around: RigSurroundings): Rig | undefined {
  if (!isShortName(word)) return undefined;
  const { images, byHand = [] } = around;
  const built = findLocal(`kanibako-template-${word}`, images);
  const reference = built ?? findLocal(`kanibako-rig-${word}`, images);
  if (!reference) return undefined;
  const ready = { word, reference, status: "ready", origin: "image" } as const;
  if (!built || byHand.includes(built) || isByHand(rowOf(around.rows, word))) {
    return { ...ready, kind: "extended", recipe: undefined };
  }
  return { ...ready, kind: "template", recipe: templateRecipe(word, around) };
}

/** The recipe of a template, or of what was made of one under a name of its own. */
function templateRecipe(word: string, { rows, templates }: RigSurroundings): string | undefined {
  const row = rowOf(rows, word);
  const name = row?.source_type === "template" ? row.source : word;
  return templates.some((one) => one.name === name) ? `template-${name}` : undefined;
}

function registered(word: string, around: RigSurroundings): Rig | undefined {
  const row = rowOf(around.rows, word);
  if (!row || isAddedTemplate(row)) return undefined;
  if (row.source_type === "template") {
    const recipe = templateRecipe(word, around);
    const status = recipe === undefined ? "missing" : "build";
    const reference = builtReference(`template-${word}`);
    return { word, kind: "template", reference, status, recipe, origin: "registry" };
  }
  const byHand = isByHand(row);
  const reference = row.image ?? (byHand ? `kanibako-rig-${word}` : row.source ?? word);
  checkImageName(reference);
  const here = findLocal(reference, around.images);
  return {
    word,
    kind: byHand ? "extended" : row.kind ?? "prefab",
    reference: here ?? tagged(reference),
    // What came out of a file is in no registry.
    status: here ? "ready" : byHand || row.source_type === "file" ? "missing" : "pull",
    recipe: undefined,
    origin: "registry",
  };
}

/** Whether a row only says where the user's own Containerfile came from. */
function isAddedTemplate(row: RigRow): boolean {
  return row.kind === "template" && row.source_type === "file";
}

function template(word: string, { templates }: RigSurroundings): Rig | undefined {
  if (!templates.some((one) => one.name === word)) return undefined;
  const recipe = `template-${word}`;
  return {
    word,
    kind: "template",
    reference: builtReference(recipe),
    status: "build",
    recipe,
    origin: "template",
  };
}

function prefab(word: string, around: RigSurroundings, namesRegistry: boolean): Rig {
  const { images, recipes, prefix, recorded } = around;
  const bare = prefabName(word);
  const recipe = recipeOf(word, recipes);
  const origin = bare ? "prefab" : namesRegistry ? "reference" : "guess";
  const published = publishedName(word);
  // Of several that may stand for a published reference, the image of that very name.
  const here = (published && findLocal(word, images)) ??
    (recorded && standsFor(word, recorded) ? findLocal(recorded, images) : undefined) ??
    findLocal(bare ?? word, images) ?? (published && findLocal(published, images)) ??
    (recipe && findLocal(builtReference(recipe), images));
  if (here) {
    return {
      word,
      // An image of the user's own recipe goes by its name.
      kind: bare === undefined && recipe === word ? "template" : kindOf(here),
      reference: here,
      status: "ready",
      recipe,
      origin: bare ?? published ? "prefab" : recipe === word ? "recipe" : "image",
    };
  }
  const reference = bare ? (prefix ? `${prefix}/${bare}` : `localhost/${bare}`) : word;
  // The user's own recipe: what it is called here is what its build will be tagged with.
  const own = bare === undefined && !namesRegistry && recipe === word;
  if (own) {
    return {
      word,
      kind: "template",
      reference: builtReference(word),
      status: "build",
      recipe,
      origin: "recipe",
    };
  }
  const pullable = namesRegistry
    ? !word.startsWith("localhost/")
    : bare !== undefined && prefix !== undefined;
  return {
    word,
    kind: kindOf(reference),
    reference,
    status: pullable ? "pull" : recipe ? "build" : "missing",
    recipe,
    origin,
  };
}

/**
 * The recipe an image of ours is built from. Of references in full these are only where we publish, and this machine's own store;
 * and no recipe gives an image of another tag or of a digest.
 */
export function recipeOf(reference: string, recipes: readonly string[]): string | undefined {
  const { registry, repository, tag = "latest", digest } = parseImageName(reference) ?? {};
  if (repository === undefined || digest !== undefined || tag !== "latest") return undefined;
  const name = repository.replace(/^kanibako-/, "");
  const short = registry === undefined && (name !== repository || reference === name);
  const own = registry === "localhost" && name !== repository;
  const published = publishedName(reference)?.replace(/^kanibako-|:latest$/g, "");
  const recipe = short || own ? name : published;
  return recipe !== undefined && recipes.includes(recipe) ? recipe : undefined;
}

function kindOf(reference: string): Rig["kind"] {
  const name = baseName(reference);
  return name.startsWith("kanibako-template-")
    ? "template"
    : name.startsWith("kanibako-rig-")
    ? "extended"
    : "prefab";
}
