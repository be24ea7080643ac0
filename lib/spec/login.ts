/**
 * What is known of every login file.
 *
 * @module
 */

/** Most bytes of a file that a login is in, on either side. */
export const MAX_LOGIN_BYTES = 1024 * 1024;
