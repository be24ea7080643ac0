/**
 * Shows or changes whether a workset's boxes share the host's login.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { configureWorkset, worksetNamed } from "./config_action.ts";

/** Runs `kanibako workset auth`. */
export default async function worksetAuth(
  this: Context,
  _flags: Record<never, never>,
  word: string,
  login?: string,
): Promise<number> {
  const host = await this.host();
  const workset = await worksetNamed(host, word, this.cwd);
  return await configureWorkset(
    host,
    workset,
    {},
    login === undefined ? "group_auth" : `group_auth=${login}`,
  );
}
