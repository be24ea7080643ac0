/**
 * The state of the login a box uses.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import { qualifiedName } from "../../project/project.ts";
import { agentOfProject } from "../../session/find_agent.ts";
import { targetHost } from "../../../targets/discover.ts";
import { seenInHome } from "./home_login.ts";

/** A login that can be used. */
export interface LoginState {
  /** The agent's name. */
  readonly agent: string;
  /** What is known of the login. */
  readonly detail: string;
  /** Whose it is: this machine's, or the box's own. */
  readonly of: "machine" | "box";
}

/**
 * The login that the box of the project that `word` or the folder `cwd` means has or gets. Throws `not-logged-in`, `login-elsewhere` for
 * one that boxes do not have, `no-agent`.
 */
export async function loginState(host: Host, word: string | undefined, cwd: string): Promise<LoginState> {
  const project = await locateProject(host, word, cwd);
  const { target } = await agentOfProject(host, project);
  const agent = target.displayName;
  const login = `Log in: kanibako crab reauth ${shellQuote(qualifiedName(project))}`;
  if (!project.sharedAuth) {
    const { loggedIn, detail } = await target.authStatus(seenInHome(project.home));
    if (loggedIn) return { agent, detail, of: "box" };
    throw new KanibakoError(
      "not-logged-in",
      `${agent} is not logged in in its box, which has a login of its own.`,
      {
        hint: [
          login,
          `To use this machine's login instead: kanibako box config ${shellQuote(project.path)} auth=shared`,
        ],
      },
    );
  }
  const { loggedIn, elsewhere, detail, hint = "" } = await target.authStatus(targetHost(host.dirs.home));
  if (elsewhere) {
    throw new KanibakoError("login-elsewhere", `${agent} is logged in on this machine by ${detail}.`, {
      hint: [hint, `Or log in in a box: kanibako crab reauth --force ${shellQuote(qualifiedName(project))}`]
        .filter((line) => line !== ""),
    });
  }
  if (loggedIn) return { agent, detail, of: "machine" };
  throw new KanibakoError("not-logged-in", `${agent} is not logged in on this machine: ${detail}.`, {
    hint: [hint, login].filter((line) => line !== ""),
  });
}
