/**
 * How an archive of the earlier Python program is known.
 *
 * @module
 */

/** The folder at its top, which is named after a hash; `undefined` for a member of anything else. */
export function earlierTop(path: string): string | undefined {
  return /^([0-9a-f]{64})(?=\/|$)/.exec(path)?.[1];
}
