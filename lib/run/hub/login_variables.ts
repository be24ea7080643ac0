/**
 * Keys of the user's environment that are the login of helpers: whoever serves their director gets nothing else of the environment of
 * whoever started it, and passes them on.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { debug } from "../../host/log.ts";
import type { RunRecord } from "../record.ts";

/** The variables that are set, by their names. None where the box has no helpers, or a login that no environment has. */
export async function loginVariables(
  { dirs }: Pick<Host, "dirs">,
  record: RunRecord | undefined,
): Promise<Readonly<Record<string, string>>> {
  const grant = record?.services["hub"]?.["grant"];
  if (!record?.sharedAuth || typeof grant !== "string") return {};
  try {
    const { logins } = JSON.parse(grant) as { readonly logins: readonly string[] };
    if (logins.length === 0) return {};
    const { findTarget, runTarget, targetHost } = await import("../../../targets/discover.ts");
    const seen = targetHost(dirs.home);
    const found: Record<string, string> = {};
    for (const id of logins) {
      const target = id === record.agent ? runTarget(record) : findTarget(id);
      for (const name of await target?.keys?.(seen) ?? []) {
        const value = Deno.env.get(name);
        if (value) found[name] = value;
      }
    }
    return found;
  } catch (error) {
    debug(() => `the keys of helpers: ${error}`);
    return {};
  }
}
