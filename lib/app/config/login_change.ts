/**
 * What a change of who shares the host's login did.
 *
 * @module
 */

/** What came of a change of who shares the login. */
export interface LoginChange {
  /** Homes it was taken from. */
  readonly logins: number;
  /** Homes in which something stood in its place, which is gone. */
  readonly placeholders: number;
  /** Names of boxes that run, and have the change with their next start. */
  readonly later: readonly string[];
}

/** Nothing came of it. */
export const NO_LOGIN_CHANGE: LoginChange = { logins: 0, placeholders: 0, later: [] };
