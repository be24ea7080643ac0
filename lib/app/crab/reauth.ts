/**
 * The state of the login a box uses. Logging in is the agent's own business: it asks its user.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { crabSetting } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import { qualifiedName } from "../../project/project.ts";
import { findAgent } from "../../session/find_agent.ts";
import { targetHost } from "../../../targets/discover.ts";

/** A login that can be used. */
export interface LoginState {
  /** The agent's name. */
  readonly agent: string;
  /** What is known of the login. */
  readonly detail: string;
}

/**
 * The login that the box of the project that `word` or the folder `cwd` means gets at its next start. Throws `distinct-auth` for a box
 * with a login of its own, `not-logged-in`, `no-agent`.
 */
export async function loginState(host: Host, word: string | undefined, cwd: string): Promise<LoginState> {
  const project = await locateProject(host, word, cwd);
  const { target } = await findAgent(host, crabSetting(await readLevels(host, project), {}));
  const name = shellQuote(qualifiedName(project));
  if (!project.sharedAuth) {
    throw new KanibakoError(
      "distinct-auth",
      `The box of ${name} has a login of its own, which only a session in it can renew.`,
      {
        hint: [
          `Log in inside the box: kanibako start ${shellQuote(project.path)}`,
          `To use this machine's login instead: kanibako box config ${shellQuote(project.path)} auth=shared`,
        ],
      },
    );
  }
  const { loggedIn, detail, hint } = await target.authStatus(targetHost(host.dirs.home));
  if (loggedIn) return { agent: target.displayName, detail };
  throw new KanibakoError(
    "not-logged-in",
    `${target.displayName} is not logged in on this machine: ${detail}.`,
    {
      hint: [
        ...(hint === undefined ? [] : [hint]),
        `Run ${target.entrypoint} on this machine, outside of a box, to log in. Boxes get the new login at their next start.`,
      ],
    },
  );
}
