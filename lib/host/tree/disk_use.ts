/**
 * How much of the disk a tree takes that a box can write. Looked at for so long and no longer: a box decides how large it is.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { treeSteps } from "./walk.ts";

/** What a tree takes. */
export interface DiskUse {
  /** Bytes on the disk; what has several names counts once. */
  readonly bytes: number;
  /** Whether all of it was seen. Otherwise it takes at least that much. */
  readonly whole: boolean;
}

/** How often the clock is looked at, in entries. */
const EVERY = 512;

/** Adds up a tree for `patienceMs` at most. `undefined`: it cannot be read, or is not there. */
export function diskUse(root: string, patienceMs: number): DiskUse | undefined {
  const end = performance.now() + patienceMs;
  let seen = 0;
  let partly = 0;
  try {
    const steps = treeSteps(root, { unreadable: "skip" });
    let step = steps.next();
    while (!step.done) {
      const { leaving, entry: { kind, nlink, allocated } } = step.value;
      // What has several names is left to the walk, which knows whether it was there before.
      if (!leaving && (kind === "folder" || nlink === 1)) partly += allocated;
      if (++seen % EVERY === 0 && performance.now() > end) {
        steps.return(undefined as never);
        return { bytes: partly, whole: false };
      }
      step = steps.next();
    }
    return { bytes: step.value.allocated, whole: step.value.unreadable === 0 };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return seen > 0 ? { bytes: partly, whole: false } : undefined;
  }
}
