/**
 * Numbers of which −1 says that there is no limit.
 *
 * @module
 */

/** No limit. */
export const UNLIMITED = -1;

/** Whether what is asked for is no more than there is. Nothing asked for always is. */
export function isWithin(asked: number | undefined, had: number): boolean {
  if (asked === undefined || had === UNLIMITED) return true;
  return asked !== UNLIMITED && asked <= had;
}

/** Whether one more fits. */
export function hasRoom(count: number, most: number): boolean {
  return most === UNLIMITED || count < most;
}
