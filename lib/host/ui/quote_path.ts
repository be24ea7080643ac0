/**
 * Paths in messages.
 *
 * @module
 */

import { shellQuote } from "./text.ts";

/** How a path begins that leads through a handle of this process. */
const THROUGH_HANDLE = /^\/proc\/self\/fd\/\d+(?=\/|$)/;

/**
 * A path as a person can use it, quoted where it needs it. One that leads through an open handle is shown as what the handle is on:
 * its number tells nobody anything.
 */
export function quotePath(path: string): string {
  return shellQuote(path.replace(THROUGH_HANDLE, (handle) => {
    try {
      return Deno.readLinkSync(handle);
    } catch {
      return handle; // it was closed meanwhile
    }
  }));
}
