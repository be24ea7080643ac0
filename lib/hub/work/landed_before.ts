/**
 * What of a helper's work stands in its parent's folder already. It has landed before, so it is no change of the parent's, and a helper
 * that goes on can land again.
 *
 * @module
 */

import type { Fork } from "./fork.ts";
import { type Landed, type LandedPath, readLandings } from "./landed.ts";
import type { Found } from "./path_looker.ts";

/** The latest landing of each path from one helper's folder. */
export class LandedBefore {
  readonly #paths: ReadonlyMap<string, LandedPath>;

  private constructor(landings: readonly Landed[]) {
    this.#paths = new Map(landings.flatMap(({ paths }) => paths.map((one) => [one.path, one] as const)));
  }

  /** `kept`: the folder of all landings of a box. `from`: the helper's folder, in which an earlier one may have worked. */
  static async read(kept: string, from: string, { madeAt }: Pick<Fork, "madeAt">): Promise<LandedBefore> {
    const all = await readLandings(kept);
    return new LandedBefore(
      all.filter((one) => one.from === from && one.status === "done" && one.at >= madeAt),
    );
  }

  /** The paths, in no order that counts. */
  get paths(): Iterable<string> {
    return this.#paths.keys();
  }

  /** Whether the parent has what landed there. `found`: what it has; absent: nothing. */
  isStill(path: string, found: Found | undefined): boolean {
    const landed = this.#paths.get(path);
    return landed !== undefined && isLanded(landed, found);
  }
}

/** Whether what stands there is what landed. */
export function isLanded(
  { after, sum, target, size, mtime }: LandedPath,
  found: Found | undefined,
): boolean {
  if (!after || !found) return !after && !found;
  if (after !== found.kind) return false;
  if (after === "symlink") return target === found.target;
  if (after === "folder") return true;
  return size === found.size && (sum === undefined ? mtime === String(found.mtimeNs) : sum === found.sum);
}
