/**
 * Takes a project out of its workset.
 *
 * @module
 */

import { disconnectProject } from "../../app/workset/disconnect.ts";
import { UsageError } from "../../host/error.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { reportOf, showLeft } from "../box/project/show_change.ts";
import type { Context } from "../context.ts";
import type { WorksetDisconnectFlags } from "./workset.ts";

/** Runs `kanibako workset disconnect WORKSET PROJECT`, or with the qualified name as one word. */
export default async function disconnect(
  this: Context,
  flags: WorksetDisconnectFlags,
  word: string,
  second?: string,
): Promise<void> {
  const { name, removeFiles } = flags;
  if (removeFiles && name !== undefined) {
    throw new UsageError("Options --name and --remove-files cannot be used together.");
  }
  const [workset, project] = second === undefined && /^[^/]+\/[^/]+$/.test(word)
    ? word.split("/")
    : [word, second];
  if (project === undefined) throw new UsageError("PROJECT is missing: name of the project in the workset.");
  const request = { workset, project, cwd: this.cwd, name, removeFiles };
  const gone = await disconnectProject(await this.host(), request, flags);
  const report = reportOf(gone);
  if (!report) return;
  showLeft(report);
  const { becomes, lostSettings } = gone;
  if (!becomes) return out(`Disconnected ${gone.name} and deleted its data.`);
  out(`Disconnected ${gone.name}: it is the project ${becomes.name} in ${becomes.path}`);
  if (lostSettings.length > 0) {
    note(`The workset's settings no longer apply to it: ${lostSettings.join(", ")}.`);
  }
}
