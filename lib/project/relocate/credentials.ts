/**
 * Logins in a home that is copied. A login that is shared is the host's, and every box may have it; one that a box got on
 * its own stays with that box: two boxes with one login would log each other out.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { withoutGiven } from "../../crab/given.ts";
import { readSteps } from "../../crab/steps.ts";
import { loginTargets } from "../../../targets/discover.ts";

/** Files of a home, relative to it, that hold a login of any agent. */
export function credentialPaths(): string[] {
  return [...new Set(loginTargets().flatMap(({ credentials }) => credentials.map(({ boxPath }) => boxPath)))]
    .sort();
}

/** What has been done in a home, as the text of its file, for a copy of that home. `undefined`: nothing is known. */
export async function stepsOfCopy(state: string, withLogin: boolean): Promise<string | undefined> {
  if (!exists(`${state}/steps.json`)) return undefined;
  const steps = await readSteps(state);
  return JSON.stringify(withLogin ? steps : withoutGiven(steps), null, 2) + "\n";
}
