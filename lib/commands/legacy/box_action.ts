/**
 * `box get` and `box set` of the 0.x versions: what a project is.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { out } from "../../host/ui/terminal.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import { configureBox } from "../box/settings/config_action.ts";
import type { Context } from "../context.ts";
import { existing } from "./env_action.ts";
import type { ProjectFlag } from "./legacy.ts";

/** What can be asked for, by the older names. */
function facts(project: Project, shared: string): Readonly<Record<string, string>> {
  return {
    shell: project.home,
    vault_ro: project.vault?.readOnly ?? "",
    vault_rw: project.vault?.readWrite ?? "",
    layout: project.layout,
    vault_enabled: String(project.vault !== undefined),
    auth: project.sharedAuth ? "shared" : "distinct",
    metadata: project.metadata,
    project_hash: project.hash,
    global_shared: project.mode === "standalone" ? "" : `${shared}/global`,
    local_shared: project.mode === "standalone" ? "" : shared,
    mode: project.mode,
  };
}

/** Runs `kanibako box get`. */
export async function boxGet(this: Context, flags: ProjectFlag, key: string): Promise<void> {
  const host = await this.host();
  const project = existing(await locateProject(host, flags.project, this.cwd));
  const known = facts(project, host.system.paths.shared);
  if (!Object.hasOwn(known, key)) throw unknown(key, Object.keys(known));
  out(known[key]!);
}

/** What the older names are called today. */
const SETTABLE: Readonly<Record<string, string>> = {
  vault_enabled: "vault.enabled",
  auth: "group_auth",
  layout: "layout",
  shell: "shell",
  vault_ro: "vault.ro",
  vault_rw: "vault.rw",
};

/** Runs `kanibako box set`. */
export async function boxSet(this: Context, flags: ProjectFlag, key: string, value: string): Promise<number> {
  if (!Object.hasOwn(SETTABLE, key)) throw unknown(key, Object.keys(SETTABLE));
  const host = await this.host();
  const project = existing(await locateProject(host, flags.project, this.cwd));
  const code = await configureBox(host, project, { quiet: true }, `${SETTABLE[key]}=${value}`);
  out(`${key} = ${value}`);
  return code;
}

function unknown(key: string, known: readonly string[]): KanibakoError {
  const meant = nearest(key, known);
  return new KanibakoError("unknown-key", `There is no key ${shellQuote(key)}.`, {
    hint: [...(meant === undefined ? [] : [`Did you mean ${meant}?`]), `Known are: ${known.join(", ")}.`],
  });
}
