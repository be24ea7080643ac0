/**
 * `kanibako crab reauth`.
 *
 * @module
 */

import { type Command, command, optionalWord } from "../command.ts";

/** The declaration of `crab reauth`. */
export const crabReauth: Command = command<Record<never, never>, [project?: string]>({
  brief: "Check the login that a project's box uses, and say how to renew it",
  flags: {},
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  load: () => import("./reauth_action.ts"),
});
