/**
 * What a preset is: a list of rules that has a name. The lists are data, one file for each, so that they can be read and corrected
 * apart from the code.
 *
 * @module
 */

/** A preset. */
export interface Preset {
  /** What it is for, in a few words. */
  readonly meaning: string;
  /** Its rules. */
  readonly rules: readonly string[];
}
