/**
 * Shows or changes whether a workset's boxes share the host's login.
 *
 * @module
 */

import { out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { configureWorkset, sharesLogin, worksetNamed } from "./config_action.ts";

/** Runs `kanibako workset auth`. */
export default async function worksetAuth(
  this: Context,
  _flags: Record<never, never>,
  word: string,
  login?: string,
): Promise<number> {
  const host = await this.host();
  const workset = await worksetNamed(host, word, this.cwd);
  if (login !== undefined) return await configureWorkset(host, workset, {}, `group_auth=${login}`);
  out(await sharesLogin(host, workset) ? "shared" : "distinct");
  return 0;
}
