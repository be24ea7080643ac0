/**
 * Parts of an agent's configuration folder that all boxes share, as the agent declares or the user decides.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import type { Level, Setting, Settings } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import type { Project } from "../project/project.ts";
import { targets } from "../../targets/discover.ts";
import type { ResourceScope, Target } from "../../targets/target.ts";
import { giveTo } from "../host/give.ts";
import { fromTarget, type Source, sourceText } from "../spec/source.ts";
import { assertMayShare } from "./refused_source.ts";
import type { UserMapping } from "../spec/box_spec.ts";

/** A shared resource. */
export interface SharedResource {
  /** Relative to the agent's configuration folder; a trailing `/` makes it a folder. */
  readonly path: string;
  /** Where it is on the host. Boxes write there. */
  readonly source: string;
  readonly from: Source;
}

/** The folder of an agent's shared and seeded resources. */
export function resourceRoot(host: Host, target: Target): string {
  return `${host.system.paths.shared}/global/${target.name}`;
}

/** The scope of each resource that the settings name, by path. */
export type ResourceScopes = Readonly<Record<string, Setting<ResourceScope>>>;

const STRENGTH: readonly Level[] = ["flag", "box", "workset", "crab", "system", "default"];

/**
 * The scopes that the settings give an agent's resources; others keep the scope that the agent declares. A folder can be
 * named without the `/` at its end. Throws `unknown-resource` for a name that no agent has.
 */
export function resourceScopes(settings: Pick<Settings, "resources">, target: Target): ResourceScopes {
  const scopes: Record<string, Setting<ResourceScope>> = {};
  for (const [name, setting] of Object.entries(settings.resources)) {
    const bare = name.replace(/\/+$/, "");
    const named = (one: Target) => one.resources.find(({ path }) => path.replace(/\/$/, "") === bare)?.path;
    const path = named(target);
    if (path === undefined) {
      if (targets().some(named)) continue;
      throw unknownResource(name, setting, target);
    }
    const other = scopes[path];
    const isWeaker = other && STRENGTH.indexOf(other.level) < STRENGTH.indexOf(setting.level);
    if (!isWeaker) scopes[path] = setting;
  }
  return scopes;
}

function unknownResource(name: string, setting: Setting<string>, target: Target): KanibakoError {
  const known = target.resources.map(({ path }) => path);
  const meant = nearest(name, known);
  return new KanibakoError(
    "unknown-resource",
    `Cannot use resource.${name} (${
      sourceText(setting.from)
    }): ${target.displayName} has no such part of its configuration folder.`,
    { hint: meant === undefined ? `It has: ${known.join(", ")}.` : `Did you mean ${meant}?` },
  );
}

/** The resources this box shares. Throws `unsafe-share` for one that is a link to what no box may write. A standalone project shares none: everything it has is in its own folder. */
export function sharedResources(
  host: Host,
  project: Project | undefined,
  settings: Settings,
  target: Target,
): SharedResource[] {
  if (project?.mode === "standalone") return [];
  const scopes = resourceScopes(settings, target);
  return target.resources.flatMap(({ path, scope }) => {
    const setting = scopes[path];
    if ((setting?.value ?? scope) !== "shared") return [];
    const source = `${resourceRoot(host, target)}/${path.replace(/\/$/, "")}`;
    const from = setting?.from ?? fromTarget(target.name);
    assertMayShare(host, `resource.${path}`, source, from);
    return [{ path, source, from }];
  });
}

/** Creates the files and folders that do not exist yet, empty and owned by the box's user. */
export async function makeSharedResources(
  resources: readonly SharedResource[],
  user: UserMapping,
): Promise<void> {
  for (const { path, source } of resources) {
    if (exists(source)) continue;
    const folder = path.endsWith("/") ? source : source.slice(0, source.lastIndexOf("/"));
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    if (!path.endsWith("/")) {
      const file = await Deno.open(source, { write: true, createNew: true, mode: 0o600 }).catch(
        (error: unknown) => {
          if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        },
      );
      file?.close();
    }
    if (user.kind === "owner") giveTo(source, user);
  }
}
