/**
 * Lists the worksets.
 *
 * @module
 */

import { listWorksets } from "../../app/workset/info.ts";
import { json, out, type Part, red, table } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { WorksetListFlags } from "./workset.ts";

/** Runs `kanibako workset list`. The first line is the group of all projects that are in no workset. */
export default async function worksetList(this: Context, flags: WorksetListFlags): Promise<void> {
  const worksets = await listWorksets(await this.host());
  if (flags.quiet) return worksets.forEach(({ name }) => out(name));
  if (flags.json) return json(worksets);
  const count = (number: number) => String(number).padStart("PROJECTS".length);
  table(
    ["NAME", "PROJECTS", "ROOT"],
    worksets.map(({ name, root, projects, error }): Part[] => [
      root === null ? `${name} (default)` : name,
      error === null ? count(projects) : red("damaged"),
      root ?? "<default workset>",
    ]),
    { minimum: [20] },
  );
}
