/** Removal as the commands do it, without asking anybody. */

import { exists } from "../../lib/host/path.ts";
import type { Host } from "../../lib/config/system.ts";
import type { KanibakoError } from "../../lib/host/error.ts";
import { runChange } from "../../lib/project/change/change.ts";
import { planRemoval } from "../../lib/project/purge.ts";
import type { Removal } from "../../lib/project/remove.ts";

/** Forgets a project and, with `purge`, deletes its data. What is still there, and why. */
export async function removeProject(
  host: Host,
  removal: Removal,
  options: { readonly purge: boolean; readonly removeTree?: (path: string) => Promise<void> },
): Promise<{ remaining: string[]; failures: readonly { path: string; error: KanibakoError }[] }> {
  const { removeTree } = options;
  const change = await planRemoval(host, removal, options.purge);
  const { left } = await runChange(host, change, removeTree ? { removeTree } : {});
  const there = await Promise.all(removal.data.map(exists));
  return { remaining: removal.data.filter((_, at) => there[at]), failures: left };
}
