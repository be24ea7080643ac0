/**
 * What rigs are built from: the Containerfiles this program brings, and those the user keeps in `<data>/containers`.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import browserText from "../../containerfiles/Containerfile.template-browser" with { type: "text" };
import lxcText from "../../containerfiles/Containerfile.lxc" with { type: "text" };
import diskText from "../../containerfiles/Containerfile.template-disk" with { type: "text" };
import vmText from "../../containerfiles/Containerfile.vm" with { type: "text" };
import lxcSetup from "../../containerfiles/lxc-setup" with { type: "text" };
import makeDisk from "../../containerfiles/make-disk" with { type: "text" };
import vmSetup from "../../containerfiles/vm-setup" with { type: "text" };
import minText from "../../containerfiles/Containerfile.min" with { type: "text" };
import ociText from "../../containerfiles/Containerfile.oci" with { type: "text" };
import podmanInBox from "../../containerfiles/podman-in-box" with { type: "text" };
import tmuxConf from "../../containerfiles/tmux.conf" with { type: "text" };
import type { Dirs } from "../host/dirs.ts";
import { cannot, readText } from "../host/store.ts";
import { BUNDLED_TEMPLATES, VENDOR_FILES } from "./bundled.ts";
import { type TemplateHeader, templateHeader } from "./template_header.ts";

const BUNDLED: Readonly<Record<string, string>> = {
  lxc: lxcText,
  min: minText,
  oci: ociText,
  vm: vmText,
  "template-browser": browserText,
  ...Object.fromEntries(
    Object.entries(BUNDLED_TEMPLATES).map(([name, text]) => [`template-${name}`, text]),
  ),
  "template-disk": diskText,
};

/** Files the bundled Containerfiles copy, by name. */
export const BUNDLED_FILES: Readonly<Record<string, string>> = {
  ...VENDOR_FILES,
  "lxc-setup": lxcSetup,
  "make-disk": makeDisk,
  "tmux.conf": tmuxConf,
  "podman-in-box": podmanInBox,
  "vm-setup": vmSetup,
};

/** How a rig is built. */
export interface Recipe {
  /** The part of the file's name after `Containerfile.`, such as `oci` or `template-jvm`. */
  readonly name: string;
  readonly text: string;
  readonly source: "bundled" | "user";
  /** The file, when it is the user's. */
  readonly path?: string;
}

/** A recipe the user can ask for by name. */
export interface Template extends TemplateHeader {
  /** The name without `template-`. */
  readonly name: string;
  readonly source: "bundled" | "user";
  readonly path?: string;
}

/** Whether a word can name a template or an extended rig. */
export function isShortName(word: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,62}$/.test(word);
}

/** The recipe of that name; the user's own wins over a bundled one. */
export async function findRecipe(dirs: Dirs, name: string): Promise<Recipe | undefined> {
  if (!isShortName(name)) return undefined;
  const path = `${dirs.data}/containers/Containerfile.${name}`;
  const own = await readText(path);
  if (own !== undefined) return { name, text: own, source: "user", path };
  const text = Object.hasOwn(BUNDLED, name) ? BUNDLED[name] : undefined;
  return text === undefined ? undefined : { name, text, source: "bundled" };
}

/** The names of all recipes. */
export async function recipeNames(dirs: Dirs): Promise<string[]> {
  const names = new Set(Object.keys(BUNDLED));
  try {
    for await (const entry of Deno.readDir(`${dirs.data}/containers`)) {
      const name = entry.name.match(/^Containerfile\.(.+)$/)?.[1];
      if (name !== undefined && isShortName(name) && !entry.isDirectory) names.add(name);
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cannot("read", `${dirs.data}/containers`, cause);
  }
  return [...names].sort();
}

/** The templates there are, by name. */
export async function findTemplates(dirs: Dirs): Promise<Template[]> {
  const templates: Template[] = [];
  for (const file of await recipeNames(dirs)) {
    const name = file.match(/^template-(.+)$/)?.[1];
    const recipe = name !== undefined && isShortName(name) ? await findRecipe(dirs, file) : undefined;
    if (name === undefined || !recipe) continue;
    templates.push({
      name,
      source: recipe.source,
      ...(recipe.path === undefined ? {} : { path: recipe.path }),
      ...templateHeader(recipe.text),
    });
  }
  return templates;
}

/** The image a recipe builds on. `replaceable`: through the build argument `BASE_IMAGE`. */
export function baseOf(
  recipe: Recipe,
): { readonly reference: string; readonly replaceable: boolean } | undefined {
  const lines = recipe.text.split("\n").map((line) => line.trim());
  const argument = lines.map((line) => line.match(/^ARG\s+BASE_IMAGE=["']?([^\s"']+)["']?$/i)?.[1])
    .find((found) => found !== undefined);
  if (argument !== undefined) return { reference: argument, replaceable: true };
  const from = lines.map((line) => line.match(/^FROM\s+(?:--\S+\s+)*([^\s$]+)(?:\s|$)/i)?.[1])
    .find((found) => found !== undefined);
  return from === undefined || from === "scratch" ? undefined : { reference: from, replaceable: false };
}

/** Short fingerprint of what a recipe says, kept as a label of what was built from it. */
export async function recipeHash(recipe: Recipe): Promise<string> {
  const parts = [recipe.text];
  if (recipe.source === "bundled") {
    for (const [name, text] of Object.entries(BUNDLED_FILES)) {
      if (recipe.text.includes(name)) parts.push(name, text);
    }
  }
  return (await sha256(parts.join("\0"))).slice(0, 16);
}
