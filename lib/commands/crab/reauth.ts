/**
 * `kanibako crab reauth`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";
import { project } from "../shared_options.ts";

/** The declaration of `crab reauth`. */
export const crabReauth: Command = command<Record<never, never>, [project?: string]>({
  brief: "Check the login that a box uses, and show how to renew it",
  flags: {},
  projectOption: true,
  positional: [project],
  load: () => import("./reauth_action.ts"),
});
