/**
 * Logins in a box's home that are nowhere else: whoever deletes the home logs somebody out.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { locateProject } from "../../project/locate.ts";
import type { Removal } from "../../project/remove.ts";
import { readInHome } from "../crab/home_login.ts";
import { targetHost, targets } from "../../../targets/discover.ts";
import { loginPath } from "../../../targets/moved.ts";
import type { CredentialFile } from "../../../targets/target.ts";

/** The agents, as people call them, of which the data to be deleted has a login that this machine does not have. */
export async function onlyLogins(host: Host, removal: Removal): Promise<readonly string[]> {
  const homes = removal.data.flatMap((folder) => [folder, `${folder}/shell`]);
  const shared = await isShared(host, removal);
  const seen = targetHost(host.dirs.home);
  const found = new Set<string>();
  for (const { displayName, credentials } of targets()) {
    for (const file of credentials) {
      const bytes = homes.map((home) => readInHome(home, file)).find((found) => found !== undefined);
      if (bytes === undefined) continue;
      const here = new TextDecoder().decode(bytes);
      const there = await seen.readText(loginPath(file, seen), file.maxBytes);
      if (isOnly(file, here, there, shared)) found.add(displayName);
    }
  }
  return [...found];
}

/** Words for the question whether it may be deleted. */
export function onlyLoginLines(agents: readonly string[]): readonly string[] {
  return agents.map((agent) => `Its login of ${agent} is nowhere else: after this you have to log in again.`);
}

function isOnly(file: CredentialFile, here: string, there: string | undefined, shared: boolean): boolean {
  const login = file.merge(here, undefined);
  if (login === undefined) return false;
  if (there === undefined || shared) return file.merge(here, there) !== undefined;
  // A login of the box's own is another one, whichever is newer.
  return login !== file.merge(there, undefined);
}

/** Data that nobody knows the project of is taken for that of one that shared the login, as most do. */
async function isShared(host: Host, { path }: Removal): Promise<boolean> {
  if (path === undefined) return true;
  try {
    return (await locateProject(host, path)).sharedAuth;
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return true;
  }
}
