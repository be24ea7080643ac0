/**
 * The `devcontainer.json` of a project as it is now, by handle.
 *
 * @module
 */

import { localEnvMark } from "../config/devcontainer.ts";
import { sha256 } from "../host/sha256.ts";
import { openTree, type Tree } from "../host/tree/tree.ts";
import { findDevContainers } from "./find.ts";
import { readDevContainer } from "./read.ts";
import type { DevContainer, DevVariables } from "./types.ts";

/** As much of a project as decides. */
export interface DevProject {
  /** Its folder on the host. */
  readonly path: string;
}

/** What is there. Variables of this machine are marks. `undefined`: the project has none. Throws for one that cannot be read. */
export async function currentDevContainer(project: DevProject): Promise<DevContainer | undefined> {
  using tree = openTree(project.path);
  const [first] = findDevContainers(tree);
  if (first === undefined) return undefined;
  return await readDevContainer(tree, first, await marked(project));
}

/** What variables stand for where those of this machine stay marks. `place`: where the workspace is in the box. */
export async function marked({ path }: DevProject, place?: string): Promise<DevVariables> {
  return await variables(path, place, (name) => isSet(name) ? localEnvMark(name) : undefined);
}

/** What variables stand for where those of this machine are put in. Only for content that was approved. */
export async function filled({ path }: DevProject, place?: string): Promise<DevVariables> {
  return await variables(path, place, (name) => Deno.env.get(name));
}

/** Reads one file of a tree that is open. */
export async function devContainerIn(tree: Tree, file: string, given: DevVariables): Promise<DevContainer> {
  return await readDevContainer(tree, file, given);
}

async function variables(
  path: string,
  place: string | undefined,
  localEnv: DevVariables["localEnv"],
): Promise<DevVariables> {
  return {
    localWorkspaceFolder: path,
    ...place === undefined ? {} : { containerWorkspaceFolder: place },
    // 52 characters of 0-9 and a-v, as elsewhere.
    devcontainerId: BigInt(`0x${await sha256(path)}`).toString(32).padStart(52, "0"),
    localEnv,
  };
}

function isSet(name: string): boolean {
  return Deno.env.get(name) !== undefined;
}
