/**
 * The boxes that a network belongs to, and where their state lies. Those of scripts that have no project are no concern of commands.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { DEFAULT_WORKSET } from "../../project/workset/find.ts";
import { listProjects } from "../../project/list.ts";
import type { NetworkScope } from "./scope.ts";

/** A box of a network. */
export interface NetworkBox {
  /** What a command takes for it. */
  readonly name: string;
  readonly state: string;
  /** The workspace. */
  readonly path: string;
  /** The group it belongs to; absent of a project on its own. */
  readonly workset?: string;
}

/** The boxes that a network belongs to; those of every project, without one. */
export async function boxesOf(host: Host, scope?: NetworkScope): Promise<readonly NetworkBox[]> {
  if (scope?.project) {
    const { path, state, mode, workset } = scope.project;
    return [{ name: scope.name, state, path, ...group(mode, workset?.name) }];
  }
  const all = (await listProjects(host)).flatMap(({ id, qualifiedName, path, mode, workset }): NetworkBox[] =>
    path === undefined
      ? []
      : [{ name: qualifiedName, state: boxState(host.dirs, id), path, ...group(mode, workset?.name) }]
  );
  return scope?.level === "workset" ? all.filter(({ workset }) => workset === scope.name) : all;
}

function group(mode: string, workset: string | undefined): Pick<NetworkBox, "workset"> {
  if (workset !== undefined) return { workset };
  return mode === "default" ? { workset: DEFAULT_WORKSET } : {};
}
