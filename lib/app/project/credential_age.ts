/**
 * How old the credentials in a box are.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import type { Project } from "../../project/project.ts";
import { chosenTarget, targetHost } from "../../../targets/discover.ts";

/**
 * When the credentials of the box's agent were last written, in milliseconds since 1970; `undefined` when the box has none. `crab`:
 * the agent that is set, or nothing for the one that is installed.
 */
export async function credentialTime(
  host: Host,
  project: Project,
  crab: string,
): Promise<number | undefined> {
  try {
    const target = await chosenTarget(crab, targetHost(host.dirs.home));
    const credential = target?.credentials[0];
    if (!credential) return undefined;
    const { openTree } = await import("../../host/tree/tree.ts");
    using tree = openTree(project.home);
    const found = tree.stat(credential.boxPath);
    return found?.kind === "file" ? found.mtimeMs : undefined;
  } catch (error) {
    // A box whose home is not there yet, or whose agent this version does not know, has none to tell of.
    if (error instanceof KanibakoError || error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
