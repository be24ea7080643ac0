/**
 * The rigs there are and could be.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageStore } from "../runtime/images.ts";
import { baseName, findLocal } from "./image_name.ts";
import { type RigView, viewRigs } from "./lookup.ts";
import { configuredRig } from "./reference.ts";
import { isByHand, type RigRow } from "./registry.ts";
import { builtReference } from "./resolve.ts";

/** Whether a rig is here: `prepped`, `unprepped`, `missing` (it cannot be made again), `unknown` (no engine). */
export type RigStatus = "prepped" | "unprepped" | "missing" | "unknown";

/** One rig of a listing. */
export interface ListedRig {
  /** Its name. */
  readonly name: string;
  /** The reference of its image. */
  readonly image: string;
  /** Whether it is here. */
  readonly status: RigStatus;
  /** Of an image that is here. */
  readonly sizeBytes?: number;
  /** Of an image that is here: when it was made, in seconds since 1970. */
  readonly createdAt?: number;
}

/** A template of a listing. */
export interface ListedTemplate extends ListedRig {
  /** Whose its Containerfile is. */
  readonly source: "bundled" | "user";
  /** What it is, in one line. */
  readonly description: string;
}

/** What `rig list` shows. */
export interface RigListing {
  /** Rigs of kanibako, and those that were added. */
  readonly prefabs: readonly ListedRig[];
  /** Rigs that are built here. */
  readonly templates: readonly ListedTemplate[];
  /** Rigs that were made by hand. */
  readonly extended: readonly ListedRig[];
  /** The rig of a box for which nothing else is set. */
  readonly current: string;
}

const BUILT_IN = ["min", "oci"];

/** Lists rigs. Without an engine their status is unknown. */
export async function listRigs(host: Host, store: ImageStore | undefined): Promise<RigListing> {
  const view = await viewRigs(host, store);
  const { images, rows, templates, recipes } = view.around;
  const status = (here: boolean, otherwise: RigStatus): RigStatus =>
    !store ? "unknown" : here ? "prepped" : otherwise;
  const figures = (reference: string): Pick<ListedRig, "sizeBytes" | "createdAt"> => {
    const image = view.images.find(({ names }) => names.includes(reference));
    return {
      ...(image?.sizeBytes === undefined ? {} : { sizeBytes: image.sizeBytes }),
      ...(image?.createdAt === undefined ? {} : { createdAt: image.createdAt }),
    };
  };
  const named = (which: (row: RigRow) => boolean) => Object.keys(rows).filter((name) => which(rows[name]!));
  const listed = (name: string, otherwise: RigStatus): ListedRig => {
    const rig = view.resolve(name);
    return {
      name,
      image: rig.reference,
      status: status(rig.status === "ready", otherwise),
      ...figures(rig.reference),
    };
  };
  const own = recipes.filter((name) => !name.startsWith("template-"));
  const prefabs = [...new Set([...BUILT_IN, ...own, ...named((row) => (row.kind ?? "prefab") === "prefab")])];
  const extended = [...new Set([...named(isByHand), ...unregistered(view)])].sort();
  const derived = named((row) => row.source_type === "template");
  return {
    prefabs: prefabs.map((name) => listed(name, "unprepped")),
    templates: [
      ...templates.filter(({ name }) => !derived.includes(name)).map(({ name, source, description }) => {
        // An image of that name that was made by hand is not the template's.
        const here = extended.includes(name)
          ? undefined
          : findLocal(builtReference(`template-${name}`), images);
        return {
          name,
          source,
          image: here ?? builtReference(`template-${name}`),
          status: status(here !== undefined, "unprepped"),
          description,
          ...(here === undefined ? {} : figures(here)),
        };
      }),
      ...derived.map((name) => ({
        ...listed(name, "unprepped"),
        source: "user" as const,
        description: madeOf(rows[name]!),
      })),
    ].sort((a, b) => a.name < b.name ? -1 : 1),
    extended: extended.map((name) => listed(name, "missing")),
    current: configuredRig(host),
  };
}

/** The references of all local images of this program, for `-q`. */
export async function localRigImages(store: ImageStore): Promise<string[]> {
  const names = (await store.list()).flatMap((image) => image.names);
  return names.filter((name) => name.includes("kanibako")).sort();
}

/** Words for all rigs that are here and can be made again, what others are built on first. */
export function renewableRigs(view: RigView): string[] {
  const words = view.around.images
    .map((image) => baseName(image).match(/^kanibako-(.+)$/)?.[1])
    .filter((name) => name !== undefined && !name.startsWith("rig-") && name !== "base")
    .map((name) => name!.replace(/^template-/, ""))
    .filter((word) => word === "oci" || word === "min" || isRenewable(view, word));
  const rank = (word: string) => BUILT_IN.indexOf(word) + (BUILT_IN.includes(word) ? 0 : 1 + BUILT_IN.length);
  return [...new Set(words)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function isRenewable(view: RigView, word: string): boolean {
  const rig = view.resolve(word);
  return rig.recipe !== undefined || view.around.prefix !== undefined && rig.origin === "prefab";
}

/** Names of the images that were made by hand, whatever is written down. */
function unregistered({ around: { images, byHand = [] } }: RigView): string[] {
  const rigs = images.map((image) => baseName(image).match(/^kanibako-rig-(.+)$/)?.[1]);
  const created = byHand.map((image) => baseName(image).match(/^kanibako-template-(.+)$/)?.[1]);
  return [...rigs, ...created].filter((name) => name !== undefined);
}

function madeOf({ source, foundation_source: base }: RigRow): string {
  return `${source ?? "a template"}${base === undefined ? "" : ` on ${base}`}`;
}
