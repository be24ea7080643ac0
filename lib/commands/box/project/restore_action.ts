/**
 * `kanibako box restore`, of earlier versions.
 *
 * @module
 */

import type { Context } from "../../context.ts";
import type { ExtractFlags } from "./extract.ts";
import extract from "./extract_action.ts";

/** As `box extract`. One word alone is the archive. */
export default function restore(
  this: Context,
  flags: ExtractFlags,
  path?: string,
  archive?: string,
): Promise<number | void> {
  return archive === undefined ? extract.call(this, flags, path) : extract.call(this, flags, archive, path);
}
