/**
 * What stands in the place of a secret wherever something is shown.
 *
 * @module
 */

/** As long for every secret, so that not even its length is shown. */
export const MASK = "********";
