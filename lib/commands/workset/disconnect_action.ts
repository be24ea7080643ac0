/**
 * Takes a project out of its workset.
 *
 * @module
 */

import { readConfig } from "../../config/file.ts";
import { readEnvFile } from "../../config/env_file.ts";
import { UsageError } from "../../host/error.ts";
import { note, out } from "../../host/ui/terminal.ts";
import {
  type Disconnection,
  memberOf,
  planDeletion,
  planDisconnection,
} from "../../project/workset/disconnect.ts";
import { findWorkset } from "../../project/workset/find.ts";
import type { Context } from "../context.ts";
import { makeChange, showLeft } from "../box/project/make_change.ts";
import type { WorksetDisconnectFlags } from "./workset.ts";

/** Runs `kanibako workset disconnect WORKSET PROJECT`, or with the qualified name as one word. */
export default async function disconnect(
  this: Context,
  flags: WorksetDisconnectFlags,
  word: string,
  second?: string,
): Promise<void> {
  if (flags.removeFiles && flags.name !== undefined) {
    throw new UsageError("What is deleted gets no name: give --name or --remove-files, not both.");
  }
  const [group, name] = second === undefined && /^[^/]+\/[^/]+$/.test(word)
    ? word.split("/")
    : [word, second];
  if (name === undefined) throw new UsageError("PROJECT is missing: the project's name in the workset.");
  const host = await this.host();
  const workset = await findWorkset(host, group, this.cwd);
  const member = memberOf(workset, name);
  const plan = () =>
    flags.removeFiles
      ? planDeletion(host, workset, member)
      : planDisconnection(host, workset, member, flags.name);
  const planned = await plan();
  const shown = `${workset.name}/${name}`;
  const report = await makeChange(host, flags, {
    name: shown,
    plan: async () => (await plan()).change,
    explain: () => explanation(planned, shown),
  });
  if (!report) return;
  showLeft(report);
  const { becomes } = planned;
  if (!becomes) return out(`Disconnected ${shown} and deleted its data.`);
  out(`Disconnected ${shown}: it is the project ${becomes.name} in ${becomes.path}`);
  const [config, env] = await Promise.all([
    readConfig(`${workset.root}/config.toml`, "workset"),
    readEnvFile(`${workset.root}/env`),
  ]);
  const lost = [...Object.keys(config.values), ...Object.keys(env).map((key) => `env.${key}`)];
  if (lost.length > 0) note(`The workset's settings do not reach it any more: ${lost.join(", ")}.`);
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
