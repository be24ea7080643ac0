/**
 * The version of this program, and nothing else, so that `--version` loads nothing else.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };

/** The version of this program, by semantic versioning. */
export const version: string = manifest.version;
