/**
 * What a preset is: a list of rules that has a name. The lists are data, one file for each, so that they can be read and corrected
 * apart from the code.
 *
 * They name domains: which hosts a project serves from changes more often than its domain. A single host is named where the domain is
 * that of a company with much else below it.
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
