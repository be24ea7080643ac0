/**
 * The worksets, and what is known of one.
 *
 * @module
 */

import { readConfig } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import { readRegistry } from "../../project/registry.ts";
import { allWorksets, DEFAULT_WORKSET, findWorkset, isDefaultWorkset } from "../../project/workset/find.ts";
import { manifestOf, memberPath } from "../../project/membership/members.ts";

/** One line of the list of worksets. */
export interface ListedWorkset {
  readonly name: string;
  /** Its folder; null of the group of all projects that are in no workset. */
  readonly root: string | null;
  readonly projects: number;
  /** Why its manifest cannot be read. */
  readonly error: string | null;
}

/** All worksets; the first is the group of all projects that are in none. */
export async function listWorksets(host: Host): Promise<readonly ListedWorkset[]> {
  const [worksets, registry] = await Promise.all([allWorksets(host), readRegistry(host)]);
  return [
    { name: DEFAULT_WORKSET, root: null, projects: Object.keys(registry.projects).length, error: null },
    ...worksets.map(({ name, root, manifest, error }) => ({
      name,
      root,
      projects: manifest?.members.length ?? 0,
      error: manifest ? null : error?.message ?? "it has no workset.toml",
    })),
  ];
}

/** What is known of a workset, whichever it is. */
export interface WorksetInfo {
  readonly name: string;
  readonly root: string;
  readonly created: string | null;
  readonly groupAuth: boolean;
  readonly config: string;
  readonly env: string | null;
  readonly projects: readonly { name: string; path: string; placement: "own" | "link" }[];
}

/** The workset of that name, or the one around `cwd`. Throws `unknown-workset`, `workset-damaged`. */
export async function worksetInfo(host: Host, word: string | undefined, cwd: string): Promise<WorksetInfo> {
  return word !== undefined && isDefaultWorkset(word)
    ? await defaultWorkset(host)
    : await namedWorkset(host, word, cwd);
}

async function namedWorkset(host: Host, word: string | undefined, cwd: string): Promise<WorksetInfo> {
  const workset = await findWorkset(host, word, cwd);
  const { name, root } = workset;
  const { created, groupAuth, members } = manifestOf(workset);
  return {
    name,
    root,
    created,
    groupAuth,
    config: `${root}/config.toml`,
    env: `${root}/env`,
    projects: members.map((member) => ({
      name: member.name,
      path: memberPath(root, member),
      placement: member.placement,
    })),
  };
}

async function defaultWorkset(host: Host): Promise<WorksetInfo> {
  const { defaultWorkset, data } = host.system.paths;
  const [registry, config] = await Promise.all([
    readRegistry(host),
    readConfig(defaultWorkset, "workset"),
  ]);
  const auth = config.values["group_auth"] ?? host.system.config.values["group_auth"];
  return {
    name: DEFAULT_WORKSET,
    root: data,
    created: null,
    groupAuth: auth !== false,
    config: defaultWorkset,
    env: null,
    projects: Object.entries(registry.projects)
      .map(([name, path]) => ({ name, path, placement: "link" as const })),
  };
}
