/**
 * What an image says of itself in its label `devcontainer.metadata`.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { ImageInfo } from "../runtime/images.ts";
import { isDeep } from "./jsonc.ts";
import { METADATA_LABEL } from "./features/install.ts";
import type { ImageMetadata } from "./types.ts";

/** Largest label, in characters, and most entries. */
const MOST_TEXT = 1024 * 1024;
const MOST_ENTRIES = 500;

/** Its entries, none where it has no such label. Throws `bad-image-metadata`. */
export function imageMetadata(
  reference: string,
  { labels }: Pick<ImageInfo, "labels">,
): readonly ImageMetadata[] {
  const text = Object.hasOwn(labels, METADATA_LABEL) ? labels[METADATA_LABEL]! : "";
  if (text.trim() === "") return [];
  const entries = [parsed(text)].flat();
  if (
    text.length <= MOST_TEXT && entries.length <= MOST_ENTRIES && entries.every(isTable) && !isDeep(entries)
  ) return entries;
  throw new KanibakoError(
    "bad-image-metadata",
    `The label ${METADATA_LABEL} of the image ${shellQuote(reference)} cannot be used.`,
    { hint: "Use another image, or build this one again." },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is ImageMetadata {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
