/**
 * Takes a project out of its workset.
 *
 * @module
 */

import { readEnvFile } from "../../config/env_file.ts";
import { readConfig } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import {
  type Disconnection,
  memberOf,
  planDeletion,
  planDisconnection,
} from "../../project/workset/disconnect.ts";
import { findWorkset } from "../../project/workset/find.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "../project/make_change.ts";

/** What leaves which workset. */
export interface DisconnectRequest {
  /** The workset's name. */
  readonly workset: string | undefined;
  /** The project's name in the workset. */
  readonly project: string;
  readonly cwd: string;
  /** What it is called outside. */
  readonly name?: string | undefined;
  /** It is deleted with its files. */
  readonly removeFiles?: boolean | undefined;
}

/** What came of it. */
export interface Disconnected extends ChangeResult {
  /** `workset/name`, as it was. */
  readonly name: string;
  /** The project it is now; absent of one that was deleted. */
  readonly becomes: Disconnection["becomes"];
  /** Settings of the workset that reached it before. */
  readonly lostSettings: readonly string[];
}

/** Takes it out. Throws as {@link makeChange}, and as the planning does. */
export async function disconnectProject(
  host: Host,
  request: DisconnectRequest,
  options: ChangeOptions = {},
): Promise<Disconnected> {
  const workset = await findWorkset(host, request.workset, request.cwd);
  const member = memberOf(workset, request.project);
  const plan = () =>
    request.removeFiles
      ? planDeletion(host, workset, member)
      : planDisconnection(host, workset, member, request.name);
  const planned = await plan();
  const name = `${workset.name}/${request.project}`;
  const result = await makeChange(host, options, {
    name,
    plan: async () => (await plan()).change,
    explain: () => explanation(planned, name),
  });
  const { becomes } = planned;
  const lostSettings = result.report && becomes ? await settingsOf(workset.root) : [];
  return { ...result, name, becomes, lostSettings };
}

/** Names of all settings of a workset. */
async function settingsOf(root: string): Promise<string[]> {
  const [config, env] = await Promise.all([
    readConfig(`${root}/config.toml`, "workset"),
    readEnvFile(`${root}/env`),
  ]);
  return [...Object.keys(config.values), ...Object.keys(env).map((key) => `env.${key}`)];
}

function explanation({ project, becomes, data }: Disconnection, shown: string): string[] {
  if (!becomes) return [`This deletes ${shown}:`, ...data.map((path) => `  ${path}`)];
  return [
    `This takes ${shown} out of its workset. It becomes the project ${becomes.name},`,
    becomes.path === project.path
      ? `with its folder where it is: ${becomes.path}`
      : `and its folder moves back to ${becomes.path}`,
  ];
}
