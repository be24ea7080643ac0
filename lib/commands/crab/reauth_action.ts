/**
 * Tells the state of the login a box uses. Logging in is the agent's own business: it asks its user.
 *
 * @module
 */

import { findAgent } from "../../session/find_agent.ts";
import { readLevels } from "../../config/levels.ts";
import { crabSetting } from "../../config/resolve.ts";
import { KanibakoError } from "../../host/error.ts";
import { out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import { qualifiedName } from "../../project/project.ts";
import { targetHost } from "../../../targets/discover.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako crab reauth`. */
export default async function reauth(
  this: Context,
  _flags: Record<never, never>,
  word?: string,
): Promise<void> {
  const host = await this.host();
  const project = await locateProject(host, word, this.cwd);
  const { target } = await findAgent(host, crabSetting(await readLevels(host, project), {}));
  const name = shellQuote(qualifiedName(project));
  if (!project.sharedAuth) {
    throw new KanibakoError(
      "distinct-auth",
      `The box of ${name} has a login of its own, which only a session in it can renew.`,
      {
        hint: [
          `Start it and log in there: kanibako start ${shellQuote(project.path)}`,
          `To use this machine's login instead: kanibako box config ${shellQuote(project.path)} auth=shared`,
        ],
      },
    );
  }
  const status = await target.authStatus(targetHost(host.dirs.home));
  if (status.loggedIn) {
    out(`${target.displayName} is logged in on this machine: ${status.detail}.`);
    out("Every start of a box hands the newer of both logins on; nothing else is to be done.");
    return;
  }
  throw new KanibakoError(
    "not-logged-in",
    `${target.displayName} is not logged in on this machine: ${status.detail}.`,
    {
      hint: [
        ...(status.hint === undefined ? [] : [status.hint]),
        `Log in by running ${target.entrypoint} here, outside of a box; boxes get the new login at their next start.`,
      ],
    },
  );
}
