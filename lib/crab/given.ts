/**
 * What a box was given last of the host's login: the login, or what stands in its place. One gives way to the other whatever its age.
 *
 * @module
 */

import type { Steps } from "./steps.ts";

const COVER = "cover:";

/** What is noted of something that stands in the place of a login. */
export function coverDigest(digest: string): string {
  return COVER + digest;
}

/** Whether the box was given something of the kind that it is not to have. `guarded`: it is to have what stands in the place of logins. */
export function hasOtherKind({ credentials }: Pick<Steps, "credentials">, guarded: boolean): boolean {
  return Object.values(credentials).some((digest) => digest.startsWith(COVER) !== guarded);
}

/** The markers once that has been taken back. */
export function withoutGiven<S extends Pick<Steps, "credentials" | "handedIn">>(steps: S): S {
  return { ...steps, credentials: {}, handedIn: [] };
}
