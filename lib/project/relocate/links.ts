/**
 * The links by which people find a vault that is not in its workspace.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { isWithin } from "../layout.ts";
import { base, type Places } from "./places.ts";

/** Most links of one name. */
const MAX_LINKS = 100;

/** Whether a link leads exactly there. */
export async function leadsTo(link: string, target: string): Promise<boolean> {
  return await Deno.readLink(link).catch(() => undefined) === target;
}

/** The links that lead to a vault: in its workspace, and in the folder of vaults. */
export async function linksTo(host: Host, workspace: string, vault: string): Promise<string[]> {
  const folder = host.system.paths.vaultLinks;
  const candidates = [`${workspace}/vault`];
  try {
    for await (const { name } of Deno.readDir(folder)) candidates.push(`${folder}/${name}`);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
  const found = await Promise.all(candidates.map(async (path) => await leadsTo(path, vault) ? [path] : []));
  return found.flat().sort();
}

/**
 * The links a project gets. `workspace`: where what will be in its workspace is now; `vault`: where its vault is now, which
 * goes away from there, or is not copied.
 */
export async function newLinks(
  host: Host,
  to: Places,
  workspace: string,
  vault?: string,
): Promise<string[]> {
  if (to.mode === "standalone" || isWithin(to.vault, to.path)) return [];
  const links: string[] = [];
  const inside = `${workspace}/vault`;
  const stands = await Deno.readLink(inside).catch(() => undefined);
  // A link to a vault of ours goes away, or is not copied; anything else is the user's.
  const ours = inside === vault || (stands !== undefined && stands === vault) ||
    (stands !== undefined && isWithin(stands, host.system.paths.boxes));
  if (ours || !exists(inside)) links.push(`${to.path}/vault`);
  if (to.mode !== "default" || to.layout !== "robust") return links;
  for (let number = 0; number < MAX_LINKS; number++) {
    const path = `${host.system.paths.vaultLinks}/${base(to.path)}${number === 0 ? "" : number}`;
    if (exists(path)) continue;
    links.push(path);
    break;
  }
  return links;
}
