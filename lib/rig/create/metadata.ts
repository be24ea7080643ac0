/**
 * What a rig that was made by hand says of itself: in `/etc/kanibako/rig.toml` of its image, in a bundle, and as labels.
 *
 * @module
 */

import * as z from "zod/mini";
import { version } from "../../host/version.ts";

/** Where it is in an image. */
export const METADATA_FOLDER = "/etc";
/** The same, below that folder, and in what is copied there. */
export const METADATA_FILE = "kanibako/rig.toml";
/** Its name in a bundle. */
export const BUNDLED_METADATA = "rig.toml";
/** More is no honest one. */
export const MAX_METADATA_BYTES: number = 64 * 1024;
/** The label of an image that was made by hand, and so cannot be built again: `hand`. */
export const LABEL_MADE = "kanibako.made";

const text = z.optional(z.string().check(z.maxLength(4096)));

/** Unknown keys are ignored: a later version may have more. */
export const METADATA = z.object({
  name: z.string(),
  kind: z.literal("extended"),
  reproducible: z.optional(z.boolean()),
  parent: text,
  foundation_source: text,
  created: text,
  recipe: z.optional(z.array(z.string().check(z.maxLength(4096))).check(z.maxLength(100))),
});

/** The metadata of one rig. */
export interface RigMetadata {
  readonly name: string;
  readonly kind: "extended";
  readonly reproducible?: boolean | undefined;
  /** The image it was made from. */
  readonly parent?: string | undefined;
  /** What the user called that image. */
  readonly foundation_source?: string | undefined;
  /** ISO 8601. */
  readonly created?: string | undefined;
  /** The commands of this program that made it. */
  readonly recipe?: readonly string[] | undefined;
}

/** The metadata as it is written. */
export function metadataTable(metadata: RigMetadata): Record<string, unknown> {
  const { name, kind, reproducible = false, ...others } = metadata;
  const known = Object.entries(others).filter(([, value]) => value !== undefined);
  return { name, kind, reproducible, ...Object.fromEntries(known) };
}

/** The labels of an image made by hand. Those that its base had for itself are no longer true, and an engine cannot remove one. */
export function handMadeLabels(
  prefix: "template" | "rig",
  { name, parent }: RigMetadata,
): Record<string, string> {
  return {
    "kanibako.rig": `${prefix}-${name}`,
    [LABEL_MADE]: "hand",
    "kanibako.recipe": "",
    "kanibako.version": version,
    ...(parent === undefined ? {} : { "kanibako.base": parent }),
  };
}
