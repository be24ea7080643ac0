/**
 * What is mounted where, as this process sees it.
 *
 * @module
 */

import type { FolderHandle } from "./tree/handle.ts";

/** The places below a folder at which something is mounted. */
export function mountsBelow(folder: FolderHandle): readonly string[] {
  const path = Deno.realPathSync(folder.path);
  return Deno.readTextFileSync("/proc/self/mountinfo").split("\n").flatMap((line) => {
    const place = line.split(" ")[4]?.replace(
      /\\(\d{3})/g,
      (_, code) => String.fromCharCode(parseInt(code, 8)),
    );
    return place?.startsWith(`${path}/`) ? [place] : [];
  });
}
