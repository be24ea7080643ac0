/**
 * What is in a bundle, beside its metadata.
 *
 * @module
 */

/** The image, as an engine writes it. */
export const IMAGE = "image.tar";
/** The user's Containerfile of what the rig was extended from, for people. Nothing is built from it on its own. */
export const CONTAINERFILE = "Containerfile";
/** Largest Containerfile. */
export const MAX_CONTAINERFILE_BYTES: number = 1024 * 1024;
