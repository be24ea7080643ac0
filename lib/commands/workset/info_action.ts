/**
 * Shows a workset and its projects.
 *
 * @module
 */

import { worksetInfo as infoOf } from "../../app/workset/info.ts";
import { fields, json, out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { whoseLogin, worksetNamed } from "../../app/config/workset_scope.ts";
import type { WorksetInfoFlags } from "./workset.ts";

/** Runs `kanibako workset info`. */
export default async function worksetInfo(
  this: Context,
  flags: WorksetInfoFlags,
  word?: string,
): Promise<void> {
  const host = await this.host();
  const shown = await infoOf(host, word, this.cwd);
  if (flags.json) return json(shown);
  fields([
    ["Name", shown.name],
    ["Root", shown.root],
    ...(shown.created === null ? [] : [["Created", shown.created]] as const),
    ["Group auth", await whoseLogin(host, await worksetNamed(host, shown.name, this.cwd))],
    ["Settings", shown.config],
    ["Projects", shown.projects.length === 0 ? "(none)" : String(shown.projects.length)],
  ]);
  for (const { name, path } of shown.projects) out(`    - ${name}  (${path})`);
}
