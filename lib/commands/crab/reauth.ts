/**
 * `kanibako crab reauth`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";
import { project } from "../shared_options.ts";

/** Options of `crab reauth`. */
export interface ReauthFlags {
  readonly force: boolean;
  readonly noBrowser: boolean;
  readonly check: boolean;
}

/** The declaration of `crab reauth`. */
export const crabReauth: Command = command<ReauthFlags, [project?: string]>({
  brief: "Log in the agent of a box",
  description:
    `Runs the agent's own login in the box, unless the login can be used. Open the page it shows in a browser
of this machine; the port to which the browser comes back is published meanwhile. The new login is given to
this machine and reaches running boxes within a minute. The login of a box with auth=distinct stays in the box.
Where login.browser names a Chromium in which you are logged in, it says yes for you (Claude Code and Codex).`,
  flags: {
    force: toggle("Log in even if the login can be used"),
    noBrowser: toggle("Do not use the browser that login.browser names"),
    check: toggle("Only show the state of the login"),
  },
  exclusive: [["noBrowser", "check"], ["force", "check"]],
  projectOption: true,
  positional: [project],
  examples: [
    ["kanibako crab reauth", "log in the agent of the project in this folder, if needed"],
    ["kanibako crab reauth --force app", "log in again, with another account for example"],
  ],
  load: () => import("./reauth_action.ts"),
});
