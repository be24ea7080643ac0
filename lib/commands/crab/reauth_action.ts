/**
 * Tells the state of the login a box uses. Logging in is the agent's own business: it asks its user.
 *
 * @module
 */

import { loginState } from "../../app/crab/reauth.ts";
import { out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako crab reauth`. */
export default async function reauth(
  this: Context,
  _flags: Record<never, never>,
  word?: string,
): Promise<void> {
  const { agent, detail } = await loginState(await this.host(), word, this.cwd);
  out(`${agent} is logged in on this machine: ${detail}.`);
  out("No action needed: the newer login is used at every start.");
}
