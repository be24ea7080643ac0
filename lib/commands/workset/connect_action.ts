/**
 * Brings a folder or a project into a workset.
 *
 * @module
 */

import { connectProject } from "../../app/workset/connect.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { qualifiedName } from "../../project/project.ts";
import type { Placing } from "../../project/workset/connect.ts";
import { reportOf, showLeft } from "../box/project/show_change.ts";
import type { Context } from "../context.ts";
import type { WorksetConnectFlags } from "./workset.ts";

/** Runs `kanibako workset connect`. */
export default async function connect(
  this: Context,
  flags: WorksetConnectFlags,
  workset: string,
  source?: string,
): Promise<void> {
  const request = { workset, source, cwd: this.cwd, name: flags.name, placing: placingOf(flags) };
  const connected = await connectProject(await this.host(), request, flags);
  const { project, name } = connected;
  if (connected.kind === "adopted") return out(`Connected ${project.path} as ${name}`);
  const report = reportOf(connected);
  if (!report) return;
  const { path, placing } = connected;
  out(`Connected ${project.path} as ${name}${path === project.path ? "" : ` (${path})`}`);
  if (project.exists) {
    note(
      placing === "copy"
        ? `${qualifiedName(project)} is unchanged; ${name} is a copy of it.`
        : `${qualifiedName(project)} is ${name} now, with its home and its settings.`,
    );
  }
  showLeft(report);
  note(`To start it: kanibako start ${name}`);
}

function placingOf({ link, copy, move }: WorksetConnectFlags): Placing | undefined {
  return link ? "link" : copy ? "copy" : move ? "move" : undefined;
}
