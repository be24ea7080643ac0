/**
 * Every note there is, by its code, with the values it carries. The words are in `lib/commands/notes.ts`.
 *
 * @module
 */

/** The values of each note. */
export interface Notes {
  /** The configuration file was moved from its old place. */
  readonly "config-moved": { readonly from: string; readonly to: string };
}
