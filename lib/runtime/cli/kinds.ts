/**
 * The container engines this program knows.
 *
 * @module
 */

/** Their names, in the order in which they are looked for. */
export const ENGINE_KINDS = ["podman", "docker"] as const;

/** One of them. */
export type EngineKind = typeof ENGINE_KINDS[number];
