/**
 * Shows a workset and its projects.
 *
 * @module
 */

import { readConfig } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import { fields, json, out } from "../../host/ui/terminal.ts";
import { readRegistry } from "../../project/registry.ts";
import { DEFAULT_WORKSET, findWorkset, isDefaultWorkset } from "../../project/workset/find.ts";
import { manifestOf, memberPath } from "../../project/workset/members.ts";
import type { Context } from "../context.ts";
import type { WorksetInfoFlags } from "./workset.ts";

/** What is shown of a workset, whichever it is. */
interface Shown {
  readonly name: string;
  readonly root: string;
  readonly created: string | null;
  readonly groupAuth: boolean;
  readonly config: string;
  readonly env: string | null;
  readonly projects: readonly { name: string; path: string; placement: "own" | "link" }[];
}

/** Runs `kanibako workset info`. */
export default async function worksetInfo(
  this: Context,
  flags: WorksetInfoFlags,
  word?: string,
): Promise<void> {
  const host = await this.host();
  const shown = word !== undefined && isDefaultWorkset(word)
    ? await defaultWorkset(host)
    : await namedWorkset(host, word, this.cwd);
  if (flags.json) return json(shown);
  fields([
    ["Name", shown.name],
    ["Root", shown.root],
    ...(shown.created === null ? [] : [["Created", shown.created]] as const),
    ["Group auth", shown.groupAuth ? "shared" : "distinct"],
    ["Settings", shown.config],
    ["Projects", shown.projects.length === 0 ? "(none)" : String(shown.projects.length)],
  ]);
  for (const { name, path } of shown.projects) out(`    - ${name}  (${path})`);
}

async function namedWorkset(host: Host, word: string | undefined, cwd: string): Promise<Shown> {
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

async function defaultWorkset(host: Host): Promise<Shown> {
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
