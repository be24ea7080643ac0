/**
 * Commands of the 0.x versions that have no equal today.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { boxPlace, systemPlace } from "../../config/place.ts";
import { readPlace } from "../../config/read.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { cannot } from "../../host/store.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import type { Context } from "../context.ts";
import { whoseLogin, worksetNamed, worksetScope } from "../../app/config/workset_scope.ts";
import { configure } from "../config_command.ts";
import type { ProjectFlag } from "./legacy.ts";

/** Runs `kanibako env list`: the variables of every box and of this one, as `NAME=VALUE`. */
export async function envList(this: Context, flags: ProjectFlag): Promise<void> {
  const host = await this.host();
  const places = [systemPlace(host), boxPlace(host, await locateProject(host, flags.project, this.cwd))];
  const settings = (await Promise.all(places.map(readPlace))).flatMap((each) => [...each]);
  const variables = new Map(settings.filter(([name]) => name.startsWith("env.")));
  if (variables.size === 0) out("No environment variables set.");
  for (const [name, value] of [...variables].sort(([a], [b]) => a < b ? -1 : 1)) {
    out(`${name.slice("env.".length)}=${value}`);
  }
}

/** What can be asked for, by the older names. */
function facts(project: Project, shared: string): Readonly<Record<string, string>> {
  return {
    shell: project.home,
    vault_ro: project.vault?.readOnly ?? "",
    vault_rw: project.vault?.readWrite ?? "",
    layout: project.layout,
    vault_enabled: String(project.vault !== undefined),
    auth: !project.sharedAuth ? "distinct" : project.guardedAuth ? "guarded" : "shared",
    metadata: project.metadata,
    project_hash: project.hash,
    global_shared: project.mode === "standalone" ? "" : `${shared}/global`,
    local_shared: project.mode === "standalone" ? "" : shared,
    mode: project.mode,
  };
}

/** Runs `kanibako box get`. Throws `no-project`, `unknown-key`. */
export async function boxGet(this: Context, flags: ProjectFlag, key: string): Promise<void> {
  const host = await this.host();
  const project = await locateProject(host, flags.project, this.cwd);
  if (!project.exists) {
    throw new KanibakoError("no-project", `${project.path} is not a project yet.`, {
      hint: "To make it one: kanibako create",
    });
  }
  const known = facts(project, host.system.paths.shared);
  if (Object.hasOwn(known, key)) return out(known[key]!);
  const names = Object.keys(known);
  const meant = nearest(key, names);
  throw new KanibakoError("unknown-key", `There is no key ${shellQuote(key)}.`, {
    hint: [...(meant === undefined ? [] : [`Did you mean ${meant}?`]), `Known keys: ${names.join(", ")}.`],
  });
}

/** Runs `kanibako workset auth`. */
export async function worksetAuth(
  this: Context,
  _flags: Record<never, never>,
  word: string,
  login?: string,
): Promise<number> {
  const host = await this.host();
  const workset = await worksetNamed(host, word, this.cwd);
  if (login !== undefined) return await configure(worksetScope(host, workset), {}, `group_auth=${login}`);
  out(await whoseLogin(host, workset));
  return 0;
}

/** Runs `kanibako remove`: only the configuration file goes; it says how to delete the rest. */
export async function removeConfig(this: Context, flags: { readonly force: boolean }): Promise<void> {
  const host = await this.host(false);
  const { file } = host.system;
  if (!exists(file)) {
    out(`There is no ${file}.`);
    return;
  }
  const agreed = flags.force ||
    await host.ui.confirm({
      text: `This deletes ${shellQuote(file)}. Projects, boxes and their data stay.`,
      careful: true,
    });
  if (!agreed) throw new Aborted();
  try {
    await Deno.remove(file);
  } catch (cause) {
    throw cannot("delete", file, cause);
  }
  out(`Deleted ${file}.`);
  note(
    `To delete the boxes' data as well: kanibako box purge --all, then rm -r ${shellQuote(host.dirs.data)}`,
  );
}
