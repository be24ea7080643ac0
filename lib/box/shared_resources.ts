/**
 * Parts of an agent's configuration folder that all boxes share: the agent's own choice, or the user's.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import type { Project } from "../project/project.ts";
import type { Target } from "../../targets/target.ts";

/** A shared resource. */
export interface SharedResource {
  /** Relative to the agent's configuration folder; a trailing `/` makes it a folder. */
  readonly path: string;
  /** Where it is on the host. Boxes write there. */
  readonly source: string;
  readonly from: string;
}

/** The folder of an agent's shared and seeded resources. */
export function resourceRoot(host: Host, target: Target): string {
  return `${host.system.paths.shared}/global/${target.name}`;
}

/** The resources this box shares. A standalone project shares none: all of it is inside itself. */
export function sharedResources(
  host: Host,
  project: Project,
  settings: Settings,
  target: Target,
): SharedResource[] {
  if (project.mode === "standalone") return [];
  return target.resources.flatMap(({ path, scope }) => {
    const setting = settings.resources[path];
    return (setting?.value ?? scope) === "shared"
      ? [{
        path,
        source: `${resourceRoot(host, target)}/${path.replace(/\/$/, "")}`,
        from: setting?.from ?? `target ${target.name}`,
      }]
      : [];
  });
}

/** Makes what is not there yet: an empty folder or file. */
export async function makeSharedResources(resources: readonly SharedResource[]): Promise<void> {
  for (const { path, source } of resources) {
    await Deno.mkdir(path.endsWith("/") ? source : source.slice(0, source.lastIndexOf("/")), {
      recursive: true,
      mode: 0o700,
    });
    if (path.endsWith("/")) continue;
    const file = await Deno.open(source, { write: true, createNew: true, mode: 0o600 }).catch(
      (error: unknown) => {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      },
    );
    file?.close();
  }
}
