/**
 * What nobody uses any more, and can be had again or is of no use to anybody.
 *
 * @module
 */

/** One thing that can go. */
export interface Unused {
  /**
   * `program`: an unpacked version of this program. `container`: of a box that has ended. `run`: what ended runs of a box left on this
   * machine. `image`: an image of a rig that was replaced by a newer one, or of a build that did not come to its end. `build`: the folder of
   * a build or an export that was killed. `record`: what was remembered and counts no more. `helpers`: folders of helpers whose project
   * is gone.
   */
  readonly kind: "program" | "container" | "run" | "image" | "build" | "record" | "helpers";
  /** What people call it. */
  readonly name: string;
  /** What it takes of the disk, in bytes; absent where that is not known. Layers of an image may be shared. */
  readonly bytes?: number;
  /** Removes it. */
  remove(): Promise<void>;
}

/** What is used just then need not look so yet. */
export const YOUNG_MS = 60 * 60_000;
/** How long one thing is measured, in milliseconds. */
export const PATIENCE_MS = 3000;
