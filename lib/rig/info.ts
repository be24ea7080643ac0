/**
 * Everything about one rig.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageInfo, ImageStore } from "../runtime/images.ts";
import { KanibakoError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import { findRecipe, recipeHash } from "./containerfiles.ts";
import { registryOf } from "./image_name.ts";
import { findRig, viewRigs } from "./lookup.ts";
import { type RigRow, rowOf } from "./registry.ts";
import type { Rig } from "./resolve.ts";
import { templateHeader, type VendorPart } from "./template_header.ts";

/** What `rig info` shows. */
export interface RigInfo {
  /** What the name means. */
  readonly rig: Rig;
  /** Where the name was found, for people. */
  readonly source: string;
  /** Whether the image could be had again if it were removed, for people. */
  readonly recovery: string;
  /** Whether it could be had again. */
  readonly recoverable: boolean;
  /** The image, when it is here. */
  readonly image: ImageInfo | undefined;
  /** Its entry in `rigs.toml`. */
  readonly row: RigRow | undefined;
  /** The user's Containerfile, or the name of the bundled one. */
  readonly containerfile: string | undefined;
  /** Commands that succeed in a sound image. */
  readonly checks: readonly string[];
  /** What its recipe says it is; empty: nothing. */
  readonly description: string;
  /** Caches that its boxes can share: a path relative to the home, by the name of the cache. */
  readonly caches: Readonly<Record<string, string>>;
  /** What vendors alone give: it is in the image where their hosts could be reached when that was built. */
  readonly vendors: readonly VendorPart[];
  /** Whether the image was built from an older recipe than the one there is now. */
  readonly outdated: boolean;
}

/** Looks at a rig. Throws `no-rig` when the name means nothing here. */
export async function rigInfo(host: Host, store: ImageStore, word: string): Promise<RigInfo> {
  const view = await viewRigs(host, store);
  const rig = await findRig(view, store, word);
  if (rig.origin === "guess" && rig.recipe === undefined) {
    const names = [
      ...view.around.recipes,
      ...Object.keys(view.around.rows),
      ...view.around.templates.map((one) => one.name),
    ];
    const close = nearest(word, names);
    throw new KanibakoError("no-rig", `There is no rig "${word}".`, {
      hint: [...(close ? [`Did you mean "${close}"?`] : []), "To list rigs: kanibako rig list"],
    });
  }
  const image = rig.status === "ready" ? await store.get(rig.reference) : undefined;
  const recipe = rig.recipe === undefined ? undefined : await findRecipe(host.dirs, rig.recipe);
  const row = rowOf(view.around.rows, word);
  const built = image?.labels["kanibako.recipe"];
  return {
    rig,
    source: describeOrigin(rig, row),
    ...recoverability(rig, row),
    image,
    row,
    containerfile: recipe && (recipe.path ?? `Containerfile.${recipe.name} (bundled)`),
    ...templateHeader(recipe?.text ?? ""),
    outdated: built !== undefined && recipe !== undefined && built !== await recipeHash(recipe),
  };
}

/** Whether a rig's image could be had again, and how. */
export function recoverability(
  rig: Rig,
  row: RigRow | undefined,
): { readonly recovery: string; readonly recoverable: boolean } {
  if (rig.recipe !== undefined && row?.source_type === "template") {
    const base = row.foundation_source === undefined ? "" : ` --base ${row.foundation_source}`;
    const command = `kanibako rig create ${rig.word} --template ${row.source}${base}`;
    return { recovery: `it can be made again: ${command}`, recoverable: true };
  }
  if (rig.recipe !== undefined) {
    return { recovery: "it can be built again from its Containerfile", recoverable: true };
  }
  const source = row?.source_type === "ref" ? row.source : rig.reference;
  if (rig.kind !== "extended" && source !== undefined && registryOf(source) !== undefined) {
    return { recovery: `it can be pulled again from ${registryOf(source)}`, recoverable: true };
  }
  if (row?.source_type === "file" && row.source !== undefined) {
    const fetched = /^https?:/.test(row.source);
    return {
      recovery: fetched
        ? `it can be added again from ${row.source}`
        : `not recoverable, unless ${row.source} is still there to be added again`,
      recoverable: fetched,
    };
  }
  return {
    recovery: rig.kind === "extended"
      ? "not recoverable: it was made by hand. To keep a copy: kanibako rig export " + rig.word
      : "not recoverable: no registry has it, and it has no Containerfile",
    recoverable: false,
  };
}

function describeOrigin(rig: Rig, row: RigRow | undefined): string {
  switch (row?.source_type) {
    case "file":
    case "ref":
      return `added from ${row.source}`;
    case "import":
      return `imported from ${row.source}`;
    case "extend":
      return "made by hand";
    case "template":
      return `template ${row.source}`;
  }
  if (rig.kind === "extended") return "made by hand";
  switch (rig.origin) {
    case "image":
      return "local image";
    case "registry":
      return "rigs.toml";
    case "template":
      return "template";
    case "recipe":
      return "your own Containerfile";
    case "prefab":
      return "prefab";
    default:
      return "image reference";
  }
}
