/**
 * How old the credentials in a box are.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { KanibakoError } from "../../../host/error.ts";
import type { Project } from "../../../project/project.ts";
import { detectAgent, findTarget, targetHost } from "../../../../targets/discover.ts";

/** `5m ago (2026-01-02 03:04 UTC)` for the credentials of the box's agent; `undefined` when the box has none. */
export async function credentialAge(host: Host, project: Project, crab: string): Promise<string | undefined> {
  try {
    const target = crab === "" ? (await detectAgent(targetHost(host.dirs.home)))?.target : findTarget(crab);
    const credential = target?.credentials[0];
    if (!credential) return undefined;
    const { openTree } = await import("../../../host/tree/tree.ts");
    using tree = openTree(project.home);
    const found = tree.stat(credential.boxPath);
    return found?.kind === "file" ? age(found.mtimeMs, Date.now()) : undefined;
  } catch (error) {
    // A box whose home is not there yet, or whose agent this version does not know, has none to tell of.
    if (error instanceof KanibakoError || error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A time in milliseconds since 1970, as its age and itself. */
export function age(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  const [count, unit] = seconds < 60
    ? [seconds, "s"]
    : seconds < 3600
    ? [Math.floor(seconds / 60), "m"]
    : seconds < 86400
    ? [Math.floor(seconds / 3600), "h"]
    : [Math.floor(seconds / 86400), "d"];
  return `${count}${unit} ago (${new Date(then).toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}
